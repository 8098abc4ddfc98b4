package quirks

import (
	"errors"
	"net/http"
	"sync/atomic"

	"github.com/wualab/wualab/behaviour"
	"github.com/wualab/wualab/fakehttp"
	"github.com/wualab/wualab/fakeserver/content"
)

func validatorsByMethod() behaviour.Definition {
	return behaviour.Definition{
		Name:    "validators-by-method",
		Help:    "Tells HEAD another Last-Modified and ETag than GET.",
		Source:  "RFC 9110 9.3.2: HEAD has the fields that GET would have; BITS documentation, HTTP Requirements for BITS Downloads",
		Example: "{validators-by-method: {}}",
		Params:  []behaviour.Param{whichParam()},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			return onResource(func(r *http.Request, res *content.Resource) {
				if r.Method == http.MethodHead {
					age(res, 1, a.String("which"))
					note(r, "validators-by-method", "told HEAD others")
				}
			})
		},
	}
}

func validatorsByConnection() behaviour.Definition {
	return behaviour.Definition{
		Name: "validators-by-connection",
		Help: "Sends another Last-Modified and ETag of the same file on each of some connections in turn, as servers behind a " +
			"balancer do whose copies were not made alike.",
		Source:  "RFC 9110 8.8.1 and 8.8.3; BITS documentation, file transfer consistency: another stamp is another file",
		Example: "{validators-by-connection: {servers: 2}}",
		Params: []behaviour.Param{
			whichParam(),
			{Name: "servers", Type: behaviour.Int, Default: 2, Help: "How many servers there are, at least 2."},
		},
		New: func(a behaviour.Args) (behaviour.Middleware, error) {
			if a.Int("servers") < 2 {
				return nil, errors.New(`parameter "servers": one server has nobody to differ from`)
			}
			var conns atomic.Int64
			own := new(int) // the key of this use
			return onResource(func(r *http.Request, res *content.Resource) {
				turn := func() any { return (conns.Add(1) - 1) % int64(a.Int("servers")) }
				if n := fakehttp.ConnOf(r).Value(own, turn).(int64); n > 0 {
					age(res, n, a.String("which"))
					note(r, "validators-by-connection", "was server %d", n+1)
				}
			})
		},
	}
}
