package mathml

// letters are the commands of letters and of signs that stand for something.
var letters = map[string]string{
	"alpha": "α", "beta": "β", "gamma": "γ", "delta": "δ", "epsilon": "ϵ", "varepsilon": "ε", "zeta": "ζ", "eta": "η", "theta": "θ", "vartheta": "ϑ",
	"iota": "ι", "kappa": "κ", "varkappa": "ϰ", "lambda": "λ", "mu": "μ", "nu": "ν", "xi": "ξ", "omicron": "ο", "pi": "π", "varpi": "ϖ", "rho": "ρ",
	"varrho": "ϱ", "sigma": "σ", "varsigma": "ς", "tau": "τ", "upsilon": "υ", "phi": "ϕ", "varphi": "φ", "chi": "χ", "psi": "ψ", "omega": "ω",
	"Gamma": "Γ", "Delta": "Δ", "Theta": "Θ", "Lambda": "Λ", "Xi": "Ξ", "Pi": "Π", "Sigma": "Σ", "Upsilon": "Υ", "Phi": "Φ", "Psi": "Ψ", "Omega": "Ω",
	"infty": "∞", "partial": "∂", "nabla": "∇", "hbar": "ℏ", "hslash": "ℏ", "ell": "ℓ", "Re": "ℜ", "Im": "ℑ", "aleph": "ℵ", "beth": "ℶ", "wp": "℘",
	"emptyset": "∅", "varnothing": "∅", "imath": "ı", "jmath": "ȷ", "top": "⊤", "bot": "⊥", "angle": "∠", "triangle": "△", "degree": "°", "square": "□",
	"blacksquare": "■", "diamondsuit": "♢", "heartsuit": "♡", "clubsuit": "♣", "spadesuit": "♠", "flat": "♭", "natural": "♮", "sharp": "♯",
	"ldots": "…", "dots": "…", "cdots": "⋯", "vdots": "⋮", "ddots": "⋱", "dotsc": "…", "dotsb": "⋯", "dotsm": "⋯", "prime": "′", "checkmark": "✓",
	"complement": "∁", "mho": "℧", "eth": "ð", "pounds": "£", "S": "§", "P": "¶", "copyright": "©", "Box": "□", "Diamond": "◇", "bigstar": "★",
	"digamma": "ϝ",
}

// upright are the letters that are not slanted.
const upright = "ΓΔΘΛΞΠΣΥΦΨΩ∞∅⊤⊥∠△°□■♢♡♣♠♭♮♯…⋯⋮⋱′✓£§¶©◇★∂∇"

// operators are the commands of signs between letters.
var operators = map[string]string{
	"forall": "∀", "exists": "∃", "nexists": "∄", "neg": "¬", "lnot": "¬", "times": "×", "div": "÷", "cdot": "⋅", "pm": "±", "mp": "∓", "ast": "∗",
	"star": "⋆", "circ": "∘", "bullet": "∙", "oplus": "⊕", "ominus": "⊖", "otimes": "⊗", "oslash": "⊘", "odot": "⊙", "dagger": "†", "ddagger": "‡",
	"cap": "∩", "cup": "∪", "uplus": "⊎", "sqcap": "⊓", "sqcup": "⊔", "vee": "∨", "lor": "∨", "wedge": "∧", "land": "∧", "setminus": "∖",
	"smallsetminus": "∖", "wr": "≀", "amalg": "⨿", "bowtie": "⋈", "le": "≤", "leq": "≤", "leqslant": "⩽", "ge": "≥", "geq": "≥", "geqslant": "⩾",
	"ne": "≠", "neq": "≠", "ll": "≪", "gg": "≫", "lll": "⋘", "ggg": "⋙", "approx": "≈", "approxeq": "≊", "sim": "∼", "simeq": "≃", "cong": "≅",
	"equiv": "≡", "doteq": "≐", "propto": "∝", "varpropto": "∝", "prec": "≺", "succ": "≻", "preceq": "⪯", "succeq": "⪰", "subset": "⊂", "supset": "⊃",
	"subseteq": "⊆", "supseteq": "⊇", "subsetneq": "⊊", "supsetneq": "⊋", "nsubseteq": "⊈", "sqsubseteq": "⊑", "sqsupseteq": "⊒", "notin": "∉",
	"ni": "∋", "owns": "∋", "mid": "∣", "nmid": "∤", "parallel": "∥", "nparallel": "∦", "perp": "⊥", "vdash": "⊢", "dashv": "⊣", "models": "⊨",
	"vDash": "⊨", "Vdash": "⊩", "to": "→", "gets": "←", "rightarrow": "→", "leftarrow": "←", "leftrightarrow": "↔", "Rightarrow": "⇒", "Leftarrow": "⇐",
	"Leftrightarrow": "⇔", "implies": "⟹", "impliedby": "⟸", "iff": "⟺", "mapsto": "↦", "longmapsto": "⟼", "longrightarrow": "⟶", "longleftarrow": "⟵",
	"longleftrightarrow": "⟷", "Longrightarrow": "⟹", "Longleftarrow": "⟸", "Longleftrightarrow": "⟺", "uparrow": "↑", "downarrow": "↓",
	"updownarrow": "↕", "Uparrow": "⇑", "Downarrow": "⇓", "Updownarrow": "⇕", "nearrow": "↗", "searrow": "↘", "swarrow": "↙", "nwarrow": "↖",
	"hookrightarrow": "↪", "hookleftarrow": "↩", "rightharpoonup": "⇀", "rightharpoondown": "⇁", "leftharpoonup": "↼", "leftharpoondown": "↽",
	"rightleftharpoons": "⇌", "rightleftarrows": "⇄", "rightsquigarrow": "⇝", "leadsto": "⇝", "twoheadrightarrow": "↠", "therefore": "∴",
	"because": "∵", "colon": ":", "coloneqq": "≔", "triangleq": "≜", "lhd": "⊲", "rhd": "⊳", "unlhd": "⊴", "unrhd": "⊵", "triangleleft": "◁",
	"triangleright": "▷", "boxplus": "⊞", "boxtimes": "⊠", "ltimes": "⋉", "rtimes": "⋊", "lesssim": "≲", "gtrsim": "≳", "asymp": "≍", "smile": "⌣",
	"frown": "⌢", "in": "∈", "%": "%", "#": "#", "&": "&", "$": "$", "_": "_",
}

// bigOperators are the commands of signs that grow, with what is above and below.
var bigOperators = map[string]string{
	"sum": "∑", "prod": "∏", "coprod": "∐", "int": "∫", "iint": "∬", "iiint": "∭", "oint": "∮", "bigcup": "⋃", "bigcap": "⋂", "bigsqcup": "⨆",
	"bigvee": "⋁", "bigwedge": "⋀", "bigoplus": "⨁", "bigotimes": "⨂", "bigodot": "⨀", "biguplus": "⨄",
}

// functions are names that stand upright.
var functions = map[string]bool{
	"sin": true, "cos": true, "tan": true, "cot": true, "sec": true, "csc": true, "arcsin": true, "arccos": true, "arctan": true, "sinh": true, "cosh": true, "tanh": true, "coth": true, "exp": true, "log": true, "ln": true, "lg": true, "dim": true, "ker": true, "deg": true, "arg": true, "hom": true,
}

// limitFunctions are names with what is below them.
var limitFunctions = map[string]string{
	"lim": "lim", "max": "max", "min": "min", "sup": "sup", "inf": "inf", "limsup": "lim sup", "liminf": "lim inf", "det": "det", "gcd": "gcd",
	"Pr": "Pr", "argmax": "arg max", "argmin": "arg min",
}

// spaces are the widths of spaces.
var spaces = map[string]string{
	",": "0.17em", "thinspace": "0.17em", ":": "0.22em", ">": "0.22em", "medspace": "0.22em", ";": "0.28em", "thickspace": "0.28em", "!": "-0.17em",
	"negthinspace": "-0.17em", " ": "0.33em", "enspace": "0.5em", "quad": "1em", "qquad": "2em", "nobreakspace": "0.33em", "enskip": "0.5em",
}

// delimiters are the signs that \left and \right take.
var delimiters = map[string]string{
	"(": "(", ")": ")", "[": "[", "]": "]", "|": "|", "/": "/", "<": "⟨", ">": "⟩", "\\{": "{", "\\}": "}", "\\lbrace": "{", "\\rbrace": "}",
	"\\lbrack": "[", "\\rbrack": "]", "\\langle": "⟨", "\\rangle": "⟩", "\\vert": "|", "\\lvert": "|", "\\rvert": "|", "\\|": "‖", "\\Vert": "‖",
	"\\lVert": "‖", "\\rVert": "‖", "\\lfloor": "⌊", "\\rfloor": "⌋", "\\lceil": "⌈", "\\rceil": "⌉", "\\backslash": "\\", "\\lgroup": "⟮",
	"\\rgroup": "⟯", "\\ulcorner": "⌜", "\\urcorner": "⌝",
}

// bigSizes are the heights of delimiters.
var bigSizes = map[string]string{
	"big": "1.2em", "bigl": "1.2em", "bigr": "1.2em", "bigm": "1.2em", "Big": "1.6em", "Bigl": "1.6em", "Bigr": "1.6em", "Bigm": "1.6em",
	"bigg": "2.05em", "biggl": "2.05em", "biggr": "2.05em", "biggm": "2.05em", "Bigg": "2.5em", "Biggl": "2.5em", "Biggr": "2.5em", "Biggm": "2.5em",
}

// variants are the alphabets of letters.
var variants = map[string]string{
	"mathbf": "bf", "boldsymbol": "bi", "bm": "bi", "mathbb": "bb", "Bbb": "bb", "mathcal": "cal", "mathscr": "cal", "mathfrak": "frak", "mathrm": "rm",
	"mathsf": "sf", "mathtt": "tt", "mathit": "it", "mathnormal": "it", "pmb": "bf",
}

// texts are the commands of words, with their alphabet.
var texts = map[string]string{
	"text": "text", "textrm": "text", "textnormal": "text", "mbox": "text", "hbox": "text", "textbf": "bf", "textit": "it", "texttt": "tt",
	"textsf": "sf", "emph": "it",
}

// accent is a sign above or under something.
type accent struct {
	sign, stretchy string
	under, limits  bool // limits: what is above and below it stands there
}

// accents are the commands of accents.
var accents = map[string]accent{
	"hat":                {sign: "^", stretchy: "false"},
	"widehat":            {sign: "^", stretchy: "true"},
	"bar":                {sign: "¯", stretchy: "false"},
	"overline":           {sign: "¯", stretchy: "true"},
	"vec":                {sign: "→", stretchy: "false"},
	"tilde":              {sign: "~", stretchy: "false"},
	"widetilde":          {sign: "~", stretchy: "true"},
	"dot":                {sign: "˙", stretchy: "false"},
	"ddot":               {sign: "¨", stretchy: "false"},
	"dddot":              {sign: "⃛", stretchy: "false"},
	"check":              {sign: "ˇ", stretchy: "false"},
	"breve":              {sign: "˘", stretchy: "false"},
	"acute":              {sign: "´", stretchy: "false"},
	"grave":              {sign: "`", stretchy: "false"},
	"mathring":           {sign: "˚", stretchy: "false"},
	"overrightarrow":     {sign: "→", stretchy: "true"},
	"overleftarrow":      {sign: "←", stretchy: "true"},
	"overleftrightarrow": {sign: "↔", stretchy: "true"},
	"underline":          {sign: "_", stretchy: "true", under: true},
	"overbrace":          {sign: "⏞", stretchy: "true", limits: true},
	"underbrace":         {sign: "⏟", stretchy: "true", under: true, limits: true},
	"overbracket":        {sign: "⎴", stretchy: "true", limits: true},
	"underbracket":       {sign: "⎵", stretchy: "true", under: true, limits: true},
}
