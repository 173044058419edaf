package markdown

import (
	"bytes"
	"strings"

	"github.com/yuin/goldmark/ast"
	"github.com/yuin/goldmark/parser"
	"github.com/yuin/goldmark/text"
)

// emojiParser reads short codes such as ":rocket:". They become characters: an
// image would have to come from somewhere.
type emojiParser struct{}

func (emojiParser) Trigger() []byte { return []byte{':'} }

func (emojiParser) Parse(_ ast.Node, block text.Reader, _ parser.Context) ast.Node {
	const longest = 32
	line, _ := block.PeekLine()
	end := bytes.IndexByte(line[1:min(len(line), longest)], ':')
	if end < 1 {
		return nil
	}
	char, ok := emoji[string(line[1:1+end])]
	if !ok {
		return nil
	}
	block.Advance(end + 2)
	return ast.NewString([]byte(char))
}

// emoji are the short codes that documentation uses; others stay as written.
var emoji = emojiTable(`
	smile 😄  smiley 😃  grin 😁  laughing 😆  joy 😂  wink 😉  blush 😊  heart_eyes 😍  sunglasses 😎  thinking 🤔  neutral_face 😐  confused 😕  cry 😢  sob 😭  rage 😡  scream 😱  sweat_smile 😅  upside_down_face 🙃  partying_face 🥳  exploding_head 🤯  facepalm 🤦  shrug 🤷
	+1 👍  thumbsup 👍  -1 👎  thumbsdown 👎  clap 👏  wave 👋  raised_hands 🙌  pray 🙏  muscle 💪  ok_hand 👌  point_right 👉  point_left 👈  point_up 👆  point_down 👇  handshake 🤝  eyes 👀  brain 🧠
	heart ❤️  broken_heart 💔  star ⭐  star2 🌟  sparkles ✨  zap ⚡  fire 🔥  boom 💥  tada 🎉  confetti_ball 🎊  trophy 🏆  medal 🏅  100 💯  rocket 🚀  airplane ✈️  ship 🚢  car 🚗  construction 🚧  rotating_light 🚨  sun ☀️  sunny ☀️  cloud ☁️  umbrella ☔  snowflake ❄️  rainbow 🌈  earth_africa 🌍  earth_americas 🌎  earth_asia 🌏  globe_with_meridians 🌐
	white_check_mark ✅  heavy_check_mark ✔️  ballot_box_with_check ☑️  x ❌  negative_squared_cross_mark ❎  warning ⚠️  no_entry ⛔  no_entry_sign 🚫  stop_sign 🛑  question ❓  grey_question ❔  exclamation ❗  heavy_exclamation_mark ❗  bangbang ‼️  information_source ℹ️  heavy_plus_sign ➕  heavy_minus_sign ➖  red_circle 🔴  orange_circle 🟠  yellow_circle 🟡  green_circle 🟢  large_blue_circle 🔵  black_circle ⚫  white_circle ⚪  green_heart 💚  blue_heart 💙  yellow_heart 💛
	book 📖  books 📚  blue_book 📘  bookmark 🔖  memo 📝  pencil 📝  pencil2 ✏️  page_facing_up 📄  page_with_curl 📃  clipboard 📋  file_folder 📁  open_file_folder 📂  card_index_dividers 🗂️  calendar 📅  date 📅  chart_with_upwards_trend 📈  chart_with_downwards_trend 📉  bar_chart 📊  pushpin 📌  round_pushpin 📍  paperclip 📎  link 🔗  triangular_ruler 📐  newspaper 📰  label 🏷️  scroll 📜
	computer 💻  desktop_computer 🖥️  keyboard ⌨️  iphone 📱  telephone ☎️  phone ☎️  email 📧  envelope ✉️  mailbox 📫  inbox_tray 📥  outbox_tray 📤  package 📦  floppy_disk 💾  cd 💿  electric_plug 🔌  battery 🔋  satellite 📡  robot 🤖  whale 🐳  snake 🐍  bug 🐛  beetle 🐞  ant 🐜  penguin 🐧  cat 🐱  dog 🐶  unicorn 🦄  octopus 🐙  crab 🦀  elephant 🐘
	lock 🔒  unlock 🔓  closed_lock_with_key 🔐  key 🔑  shield 🛡️  hammer 🔨  wrench 🔧  nut_and_bolt 🔩  gear ⚙️  hammer_and_wrench 🛠️  toolbox 🧰  test_tube 🧪  microscope 🔬  mag 🔍  mag_right 🔎  bulb 💡  bell 🔔  no_bell 🔕  speech_balloon 💬  mega 📣  loudspeaker 📢  hourglass ⌛  hourglass_flowing_sand ⏳  stopwatch ⏱️  alarm_clock ⏰  clock1 🕐  moneybag 💰  dollar 💵  credit_card 💳  gift 🎁  art 🎨  dart 🎯  game_die 🎲  jigsaw 🧩  recycle ♻️  seedling 🌱  tree 🌳  coffee ☕  beer 🍺  pizza 🍕  cake 🍰  cookie 🍪
	arrow_right ➡️  arrow_left ⬅️  arrow_up ⬆️  arrow_down ⬇️  arrow_upper_right ↗️  arrows_counterclockwise 🔄  repeat 🔁  twisted_rightwards_arrows 🔀  fast_forward ⏩  rewind ⏪  new 🆕  up 🆙  cool 🆒  free 🆓  soon 🔜  end 🔚  top 🔝  sos 🆘  one 1️⃣  two 2️⃣  three 3️⃣  four 4️⃣  five 5️⃣  six 6️⃣  seven 7️⃣  eight 8️⃣  nine 9️⃣  zero 0️⃣  copyright ©️  registered ®️  tm ™️
	bust_in_silhouette 👤  busts_in_silhouette 👥  man_technologist 👨‍💻  woman_technologist 👩‍💻  technologist 🧑‍💻  office 🏢  house 🏠  hospital 🏥  bank 🏦  factory 🏭  checkered_flag 🏁  triangular_flag_on_post 🚩  white_flag 🏳️
`)

func emojiTable(s string) map[string]string {
	fields := strings.Fields(s)
	m := make(map[string]string, len(fields)/2)
	for i := 0; i+1 < len(fields); i += 2 {
		m[fields[i]] = fields[i+1]
	}
	return m
}
