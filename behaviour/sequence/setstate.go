package sequence

import (
	"net/http"

	"github.com/wualab/wualab/behaviour"
)

// setState lets requests change what other behaviours ask for with when.
func setState() behaviour.Definition {
	return behaviour.Definition{
		Name:    "set-state",
		Help:    "Gives a named value of the fake, when a request comes, and lets the request go on. Behaviours ask for it with when: {state: {name: value}}.",
		Source:  "our own",
		Example: "{set-state: {name: maintenance, value: on, when: {path: /begin}}}",
		Params: []behaviour.Param{
			{Name: "name", Type: behaviour.String, Required: true, Pattern: behaviour.StateNamePattern, Hint: "a name without blanks", Help: "The value's name."},
			{Name: "value", Type: behaviour.Word, Help: "The value, a text, a number, true or false; absent: the value is taken away."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			if err := new(behaviour.State).Set(a.String("name"), a.String("value")); err != nil {
				return nil, err
			}
			return func(next http.Handler) http.Handler {
				return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
					if err := a.State.Set(a.String("name"), a.String("value")); err != nil {
						note(r, "set-state", "%v", err)
					} else {
						note(r, "set-state", "%s is %q", a.String("name"), a.String("value"))
					}
					next.ServeHTTP(w, r)
				})
			}, nil
		},
	}
}
