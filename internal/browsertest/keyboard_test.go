package browsertest

import (
	"context"
	"strings"

	"github.com/chromedp/cdproto/cdp"
	"github.com/chromedp/cdproto/input"
	"github.com/chromedp/chromedp"
)

type step = chromedp.Action[chromedp.Void]

// named are the keys that stand for more than a character, with their codes for
// Windows, without which the browser does not act on them.
var named = map[string]input.DispatchKeyEventParams{
	"Enter":  {Code: "Enter", Text: "\r", WindowsVirtualKeyCode: 13},
	"Escape": {Code: "Escape", WindowsVirtualKeyCode: 27},
	"Tab":    {Code: "Tab", WindowsVirtualKeyCode: 9},
	"Down":   {Code: "ArrowDown", WindowsVirtualKeyCode: 40},
	"Right":  {Code: "ArrowRight", WindowsVirtualKeyCode: 39},
}

// press presses a key, such as "?", "Enter" or "Ctrl k". The character comes
// with the key, as from a keyboard, so that a page which takes the key keeps
// the character from being typed.
func press(keys ...string) step {
	return chromedp.Func(func(ctx context.Context, tg *chromedp.Target) error {
		for _, k := range keys {
			name, held := strings.CutPrefix(k, "Ctrl ")
			e, special := named[name]
			if e.Key = name; e.Key == "Down" || e.Key == "Right" {
				e.Key = "Arrow" + name
			}
			switch {
			case held:
				e.Modifiers, e.Text = 2, ""
			case !special:
				e.Text = name
			}
			e.Type = input.DispatchKeyEventTypeKeyDown
			if _, err := cdp.Call(ctx, tg, input.DispatchKeyEvent, e); err != nil {
				return err
			}
			e.Type, e.Text = input.DispatchKeyEventTypeKeyUp, ""
			if _, err := cdp.Call(ctx, tg, input.DispatchKeyEvent, e); err != nil {
				return err
			}
		}
		return nil
	})
}

// write types a text into what has the focus.
func write(text string) step { return press(strings.Split(text, "")...) }

func focus(selector string) step { return chromedp.Focus(chromedp.CSS(selector)) }

func click(selector string) step { return chromedp.Click(chromedp.CSS(selector)) }
