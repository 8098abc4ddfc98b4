package script

import (
	"errors"
	"fmt"
	"net/http"

	"go.starlark.net/starlark"

	"github.com/wualab/wualab/fakehttp"
)

// call is one request in the eyes of a script.
type call struct {
	script *script
	r      *http.Request
	body   []byte // of the request, once it was read
	read   bool
}

const callKey = "call"

// thread makes what runs the top level, with a nil call, or one function.
func (s *script) thread(c *call) *starlark.Thread {
	t := &starlark.Thread{
		Name: "script",
		Print: func(_ *starlark.Thread, text string) {
			if c != nil {
				c.note(text)
			}
		},
		Load: func(*starlark.Thread, string) (starlark.StringDict, error) {
			return nil, errors.New("a script can't load others")
		},
		OnMaxSteps: func(t *starlark.Thread) { t.Cancel(fmt.Sprintf("more than %d steps", maxSteps)) },
	}
	t.SetMaxExecutionSteps(maxSteps)
	t.SetLocal(callKey, c)
	t.SetLocal(budgetKey, &budget{left: maxMemory})
	return t
}

// callOf gives the call that a thread is about.
func callOf(t *starlark.Thread) (*call, error) {
	c, _ := t.Local(callKey).(*call)
	if c == nil {
		return nil, errors.New("is for on_request and on_response, not for the top level of the script")
	}
	return c, nil
}

// run calls a function of the script and reads what it gives.
func (c *call) run(f starlark.Callable, args ...starlark.Value) (*reply, error) {
	c.script.mu.Lock()
	defer c.script.mu.Unlock()
	v, err := starlark.Call(c.script.thread(c), f, args, nil)
	if err != nil {
		return nil, c.script.located(err)
	}
	switch v := v.(type) {
	case starlark.NoneType:
		return nil, nil
	case *reply:
		return v, nil
	}
	at := c.script.origin.place(f.(*starlark.Function).Position())
	return nil, fmt.Errorf("%v: %s gave %s, which is none of None, answer(...), change(...), close() and reset()", at, f.Name(), v.Type())
}

const maxNote = 1 << 10

func (c *call) note(text string) {
	fakehttp.ConnOf(c.r).Note("script: %s", text[:min(len(text), maxNote)])
}
