package control

import (
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strings"

	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/spelling"
)

// route is an operation of the API.
type route struct {
	method string
	path   string   // with {name} for a segment that varies
	query  []string // parameters that it takes
	handle func(*call) *client.Problem
}

// routes lists the operations; openapi.yaml has the same.
func routes() []route {
	return []route{
		{http.MethodGet, "/v1", nil, (*call).info},
		{http.MethodGet, "/v1/nodes", nil, (*call).nodes},
		{http.MethodGet, "/v1/nodes/{node}", nil, (*call).node},
		{http.MethodPost, "/v1/nodes/{node}/down", nil, (*call).down},
		{http.MethodPost, "/v1/nodes/{node}/up", nil, (*call).up},
		{http.MethodGet, "/v1/nodes/{node}/behaviours", nil, (*call).behaviours},
		{http.MethodPut, "/v1/nodes/{node}/behaviours", nil, (*call).setBehaviours},
		{http.MethodPost, "/v1/nodes/{node}/behaviours", nil, (*call).addBehaviours},
		{http.MethodDelete, "/v1/nodes/{node}/behaviours/{index}", nil, (*call).removeBehaviour},
		{http.MethodGet, "/v1/nodes/{node}/files", nil, (*call).files},
		{http.MethodPut, "/v1/nodes/{node}/files", nil, (*call).setFiles},
		{http.MethodPost, "/v1/nodes/{node}/files", nil, (*call).addFiles},
		{http.MethodDelete, "/v1/nodes/{node}/files", []string{"path"}, (*call).removeFile},
		{http.MethodPut, "/v1/nodes/{node}/content", []string{"path"}, (*call).setContent},
		{http.MethodGet, "/v1/nodes/{node}/state", nil, (*call).state},
		{http.MethodPost, "/v1/nodes/{node}/state", nil, (*call).setState},
		{http.MethodGet, "/v1/nodes/{node}/accounts", nil, (*call).accounts},
		{http.MethodPost, "/v1/nodes/{node}/accounts/lock", nil, (*call).lock},
		{http.MethodPost, "/v1/nodes/{node}/accounts/unlock", nil, (*call).unlock},
		{http.MethodGet, "/v1/nodes/{node}/wsus", nil, (*call).wsus},
		{http.MethodPost, "/v1/change", nil, (*call).change},
		{http.MethodPost, "/v1/reset", nil, (*call).reset},
		{http.MethodPost, "/v1/expect", []string{"timeout", "since", "must"}, (*call).expect},
		{http.MethodGet, "/v1/verdict", nil, (*call).verdict},
		{http.MethodGet, "/v1/transcript", []string{"node", "kind", "since", "limit"}, (*call).transcript},
		{http.MethodDelete, "/v1/transcript", nil, (*call).clearTranscript},
		{http.MethodGet, "/v1/transcript/stream", []string{"node", "after", "full"}, (*call).stream},
		{http.MethodGet, "/v1/transcript/{seq}", nil, (*call).entry},
		{http.MethodGet, "/v1/clock", nil, (*call).clock},
		{http.MethodPost, "/v1/clock/advance", []string{"timeout"}, (*call).advance},
		{http.MethodGet, "/v1/ca.pem", nil, (*call).certificate},
		{http.MethodPost, "/v1/shutdown", nil, (*call).shutdown},
		{http.MethodGet, "/openapi.json", nil, (*call).openAPIJSON},
		{http.MethodGet, "/openapi.yaml", nil, (*call).openAPIYAML},
	}
}

// match gives the values of the segments that vary, when a path is that of the route.
func (o route) match(path string) (params map[string]string, ok bool) {
	want, have := strings.Split(o.path, "/"), strings.Split(path, "/")
	if len(want) != len(have) {
		return nil, false
	}
	params = map[string]string{}
	for i, segment := range want {
		value, err := url.PathUnescape(have[i])
		switch {
		case err != nil:
			return nil, false
		case strings.HasPrefix(segment, "{"):
			params[strings.Trim(segment, "{}")] = value
		case segment != value:
			return nil, false
		}
	}
	return params, true
}

// like gives the route's path with the segments of another in place of those that vary.
func (o route) like(path string) string {
	want, have := strings.Split(o.path, "/"), strings.Split(path, "/")
	for i, segment := range want {
		if strings.HasPrefix(segment, "{") && i < len(have) {
			want[i] = have[i]
		}
	}
	return strings.Join(want, "/")
}

// find gives the route of a request. HEAD goes where GET does.
func (s *Server) find(r *http.Request) (*route, map[string]string, *client.Problem) {
	path := r.URL.EscapedPath()
	if len(path) > 1 {
		path = strings.TrimSuffix(path, "/")
	}
	method := r.Method
	if method == http.MethodHead {
		method = http.MethodGet
	}
	var allowed, paths []string
	for i := range s.routes {
		one := &s.routes[i]
		paths = append(paths, one.like(path))
		params, ok := one.match(path)
		if ok && one.method == method {
			return one, params, nil
		}
		if ok && !slices.Contains(allowed, one.method) {
			allowed = append(allowed, one.method)
		}
	}
	if len(allowed) > 0 {
		return nil, nil, problem(http.StatusMethodNotAllowed, "method", "%s takes %s, not %s", path, strings.Join(allowed, ", "), r.Method).hint("GET /openapi.json tells all")
	}
	hint := "begin at GET /v1; GET /openapi.json tells all"
	if near, ok := spelling.Nearest(path, paths); ok {
		hint = "did you mean " + near + "?"
	}
	return nil, nil, problem(http.StatusNotFound, "not-found", "there is nothing at %s", path).hint(hint)
}

// call is one request under way.
type call struct {
	*Server
	w      http.ResponseWriter
	r      *http.Request
	params map[string]string
	query  url.Values
}

// checkQuery refuses parameters that the operation does not take, so that none is
// ignored because of a slip.
func (c *call) checkQuery(o *route) *client.Problem {
	if _, err := url.ParseQuery(c.r.URL.RawQuery); err != nil {
		return problem(http.StatusBadRequest, "bad-query", "the query can't be read: %v", err).Problem
	}
	for name, values := range c.query {
		if !slices.Contains(o.query, name) {
			hint := "it takes none"
			if near, ok := spelling.Nearest(name, o.query); ok {
				hint = fmt.Sprintf("did you mean %q?", near)
			} else if len(o.query) > 0 {
				hint = "it takes " + strings.Join(o.query, ", ")
			}
			return problem(http.StatusBadRequest, "bad-query", "%s %s takes no parameter %q", o.method, o.path, name).hint(hint)
		}
		if len(values) > 1 {
			return problem(http.StatusBadRequest, "bad-query", "the parameter %q comes %d times", name, len(values)).Problem
		}
	}
	return nil
}

// answer sends a good answer.
func (c *call) answer(v any) *client.Problem {
	c.w.Header().Set("Content-Type", "application/json")
	writeJSON(c.w, v)
	return nil
}
