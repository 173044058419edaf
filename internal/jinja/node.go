package jinja

// expr is an expression.
type expr interface {
	eval(r *run) any
	pos() int
}

// at is where a node stands in its template.
type at int

func (a at) pos() int { return int(a) }

type (
	constExpr struct {
		at
		value any
	}
	nameExpr struct {
		at
		name string
	}
	listExpr struct {
		at
		items []expr
		tuple bool
	}
	dictExpr struct {
		at
		keys, values []expr
	}
	attrExpr struct {
		at
		of   expr
		name string
	}
	itemExpr struct {
		at
		of, key expr
	}
	sliceExpr struct {
		at
		of             expr
		from, to, step expr // nil if left out
	}
	callExpr struct {
		at
		of   expr
		args arguments
	}
	filterExpr struct {
		at
		of   expr // nil within {% filter %}: what is given
		name string
		args arguments
	}
	testExpr struct {
		at
		of   expr
		name string
		args arguments
		not  bool
	}
	binaryExpr struct {
		at
		op   string
		a, b expr
	}
	logicExpr struct { // and, or
		at
		or   bool
		a, b expr
	}
	unaryExpr struct {
		at
		op string // "not", "-", "+"
		of expr
	}
	compareExpr struct {
		at
		first expr
		ops   []string
		rest  []expr
	}
	concatExpr struct {
		at
		parts []expr
	}
	condExpr struct {
		at
		test, then, other expr // other may be nil
	}
)

// arguments are those of a call as they are written.
type arguments struct {
	args     []expr
	names    []string // of the last len(names) of args
	star     expr     // *list
	starstar expr     // **dict
}

// stmt is a part of a template's body.
type stmt interface {
	exec(r *run) flow
	// span is the part of the source that stands for it if it fails.
	span() (from, to int)
}

// flow tells how to go on behind a statement.
type flow uint8

const (
	goOn flow = iota
	breakLoop
	nextRound
)

// extent is where a statement stands in its template.
type extent struct{ from, to int }

func (s extent) span() (from, to int) { return s.from, s.to }

type (
	dataStmt struct {
		extent
		text string
	}
	outputStmt struct {
		extent
		of expr
	}
	ifStmt struct {
		extent
		tests  []expr
		bodies [][]stmt // one more than tests if there is an else
	}
	forStmt struct {
		extent
		target    target
		in, test  expr // test may be nil
		body      []stmt
		other     []stmt
		recursive bool
	}
	setStmt struct {
		extent
		target target
		value  expr // nil for a block
		body   []stmt
		filter expr // of a block; may be nil
	}
	macroStmt struct {
		extent
		name   string
		params []param
		body   []stmt
		caller bool
	}
	callStmt struct {
		extent
		call  *callExpr
		inner *macroStmt
	}
	filterStmt struct {
		extent
		filter expr
		body   []stmt
	}
	withStmt struct {
		extent
		targets []target
		values  []expr
		body    []stmt
	}
	includeStmt struct {
		extent
		of      expr
		missing bool // it may be missing
		context bool
	}
	importStmt struct {
		extent
		of      expr
		as      string      // for import
		names   [][2]string // for from: name and alias
		context bool
	}
	blockStmt struct {
		extent
		name string
		body []stmt
		u    *unit
	}
	extendsStmt struct {
		extent
		of expr
	}
	scopeStmt struct { // autoescape and the like, which change nothing here
		extent
		body []stmt
	}
	doStmt struct {
		extent
		of expr
	}
	flowStmt struct {
		extent
		flow flow
	}
)

// target is what a value is given to: a name, an attribute of a namespace, or
// several of them.
type target struct {
	at    int
	name  string
	attr  string
	parts []target
}

// param is a parameter of a macro.
type param struct {
	name string
	def  expr // nil if it has none
}
