package control

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"

	"github.com/wualab/wualab/control/client"
	"github.com/wualab/wualab/fakeserver"
	"github.com/wualab/wualab/scenarios"
	"github.com/wualab/wualab/scenarios/plan"
)

func (c *call) info() *client.Problem {
	info, p := c.makeInfo()
	if p != nil {
		return p
	}
	return c.answer(info)
}

func (c *call) makeInfo() (*client.Info, *client.Problem) {
	served := c.cfg.Served
	cell := served.Cell()
	nodes, p := c.list()
	return &client.Info{Version: c.cfg.Version, Scenario: cell.ID, Title: cell.Scenario.Title, Seed: served.Seed(), ShowsSecrets: c.cfg.ShowSecrets,
		Nodes: nodes, Clock: c.readClock(), Since: served.Mark(), Lost: served.Recorder().Lost()}, p
}

func (c *call) list() ([]client.Node, *client.Problem) {
	list := []client.Node{}
	for _, n := range c.cfg.Served.Nodes() {
		one, p := c.describe(n)
		if p != nil {
			return nil, p
		}
		list = append(list, one)
	}
	return list, nil
}

func (c *call) nodes() *client.Problem {
	list, p := c.list()
	if p != nil {
		return p
	}
	return c.answer(list)
}

// describe tells of a node as it is now.
func (c *call) describe(n scenarios.ServedNode) (client.Node, *client.Problem) {
	one := client.Node{Name: n.Name, Kind: "proxy", URL: n.URL(), Address: n.Addr, Listen: n.Listen, Down: n.Down, Auth: []string{}, Shares: n.Shares}
	var login *plan.Login
	if n.Server != nil {
		one.Kind, one.TLS, login = "server", n.Server.TLS.Value, &n.Server.Login
	} else {
		login = &n.Proxy.Login
	}
	for _, scheme := range login.Auth {
		one.Auth = append(one.Auth, string(scheme))
	}
	list, err := c.cfg.Served.Behaviours(n.Name)
	if err != nil {
		return one, asProblem(err)
	}
	one.Behaviours, err = written(list)
	return one, asProblem(err)
}

func (c *call) node() *client.Problem {
	n, p := c.lookup(c.params["node"])
	if p != nil {
		return p
	}
	one, p := c.describe(n)
	if p != nil {
		return p
	}
	return c.answer(one)
}

func (c *call) lookup(name string) (scenarios.ServedNode, *client.Problem) {
	n, ok := c.cfg.Served.Node(name)
	if !ok {
		return n, asProblem(fmt.Errorf("%w: %q", scenarios.ErrNoNode, name))
	}
	return n, nil
}

func (c *call) down() *client.Problem { return c.setDown(true) }
func (c *call) up() *client.Problem   { return c.setDown(false) }

func (c *call) setDown(down bool) *client.Problem {
	if _, p := c.object(); p != nil {
		return p
	}
	if err := c.cfg.Served.SetDown(c.params["node"], down); err != nil {
		return asProblem(err)
	}
	return c.node()
}

// written gives behaviours as they are written.
func written(list []plan.Behaviour) ([]client.Behaviour, error) {
	out := []client.Behaviour{}
	for _, b := range list {
		text, err := json.Marshal(b.Written())
		if err != nil {
			return nil, err
		}
		var one client.Behaviour
		if err := one.UnmarshalJSON(text); err != nil {
			return nil, err
		}
		out = append(out, one)
	}
	return out, nil
}

func (c *call) behaviours() *client.Problem {
	list, err := c.cfg.Served.Behaviours(c.params["node"])
	if err != nil {
		return asProblem(err)
	}
	out, err := written(list)
	if err != nil {
		return asProblem(err)
	}
	return c.answer(out)
}

func (c *call) setBehaviours() *client.Problem {
	return c.changeBehaviours(func(_, given []plan.Behaviour) []plan.Behaviour { return given })
}

func (c *call) addBehaviours() *client.Problem {
	return c.changeBehaviours(func(old, given []plan.Behaviour) []plan.Behaviour { return append(old, given...) })
}

// changeBehaviours makes the list anew from the one that there is and that of the body.
func (c *call) changeBehaviours(merge func(old, given []plan.Behaviour) []plan.Behaviour) *client.Problem {
	n, p := c.lookup(c.params["node"])
	if p != nil {
		return p
	}
	f, p := c.fragment()
	if p != nil {
		return p
	}
	given, err := c.cfg.Served.Cell().Scenario.ParseBehaviours(f, n.Name, scenarios.PlanOptions())
	if err != nil {
		return asProblem(err)
	}
	err = c.cfg.Served.ChangeBehaviours(n.Name, func(old []plan.Behaviour) ([]plan.Behaviour, error) {
		list := merge(old, given)
		return list, tooMany(n.Name, list)
	})
	if err != nil {
		return orProblem(err)
	}
	return c.behaviours()
}

// tooMany is the error of a list that is too long.
func tooMany(node string, list []plan.Behaviour) error {
	if len(list) <= mostBehaviours {
		return nil
	}
	return problem(http.StatusConflict, "too-many", "%s would have %d behaviours", node, len(list)).hint(fmt.Sprintf("it may have %d", mostBehaviours))
}

// mostBehaviours of one node bound what a request costs there.
const mostBehaviours = 200

func (c *call) removeBehaviour() *client.Problem {
	index, err := strconv.Atoi(c.params["index"])
	err2 := c.cfg.Served.ChangeBehaviours(c.params["node"], func(old []plan.Behaviour) ([]plan.Behaviour, error) {
		if err != nil || index < 0 || index >= len(old) {
			return nil, problem(http.StatusNotFound, "no-behaviour", "%s has no behaviour %s", c.params["node"], c.params["index"]).
				hint(fmt.Sprintf("it has %d, the first is 0", len(old)))
		}
		return append(old[:index], old[index+1:]...), nil
	})
	if err2 != nil {
		return orProblem(err2)
	}
	return c.behaviours()
}

// orProblem gives an error that is a problem as it is.
func orProblem(err error) *client.Problem {
	if p, ok := err.(*client.Problem); ok {
		return p
	}
	return asProblem(err)
}

func (c *call) files() *client.Problem {
	list, err := c.cfg.Served.Files(c.params["node"])
	if err != nil {
		return asProblem(err)
	}
	out := map[string]client.File{}
	for path, f := range list {
		out[path] = describeFile(f)
	}
	return c.answer(out)
}

// describeFile gives a file in the words of a scenario file.
func describeFile(f fakeserver.File) client.File {
	out := client.File{From: f.From, ETag: f.ETag, Type: f.ContentType}
	if !f.LastModified.IsZero() {
		out.LastModified = f.LastModified.UTC().Format(time.RFC3339)
	}
	switch {
	case f.From != "":
	case f.Body != nil:
		sum := sha256.Sum256(f.Body)
		out.Size, out.SHA256 = fmt.Sprintf("%dB", len(f.Body)), hex.EncodeToString(sum[:])
	default:
		out.Size, out.Seed = fmt.Sprintf("%dB", f.Size), &f.Seed
	}
	return out
}

func (c *call) setFiles() *client.Problem { return c.changeFiles(true) }
func (c *call) addFiles() *client.Problem { return c.changeFiles(false) }

func (c *call) changeFiles(alone bool) *client.Problem {
	if _, err := c.cfg.Served.Files(c.params["node"]); err != nil {
		return asProblem(err)
	}
	f, p := c.fragment()
	if p != nil {
		return p
	}
	list, err := c.cfg.Served.Cell().Scenario.ParseFiles(f, scenarios.PlanOptions())
	if err != nil {
		return asProblem(err)
	}
	if err := c.cfg.Served.SetFiles(c.params["node"], list, alone); err != nil {
		return asProblem(err)
	}
	return c.files()
}

// path gives the file's path in the query.
func (c *call) path() (string, *client.Problem) {
	path := c.query.Get("path")
	if path == "" {
		return "", problem(http.StatusBadRequest, "bad-query", "the parameter path is missing").hint("such as ?path=/update.cab")
	}
	if !strings.HasPrefix(path, "/") {
		return "", problem(http.StatusBadRequest, "bad-query", "path=%s does not begin with a slash", path).hint("such as ?path=/update.cab")
	}
	return path, nil
}

func (c *call) removeFile() *client.Problem {
	path, p := c.path()
	if p != nil {
		return p
	}
	if err := c.cfg.Served.RemoveFile(c.params["node"], path); err != nil {
		return asProblem(err)
	}
	return c.files()
}

func (c *call) setContent() *client.Problem {
	path, p := c.path()
	if p != nil {
		return p
	}
	if _, err := c.cfg.Served.Files(c.params["node"]); err != nil {
		return asProblem(err)
	}
	body, p := c.read(mostContent)
	if p != nil {
		return p
	}
	kind := c.r.Header.Get("Content-Type")
	made, err := c.cfg.Served.SetContent(c.params["node"], path, body, kind)
	if err != nil {
		return asProblem(err)
	}
	if made {
		c.w.Header().Set("Content-Type", "application/json")
		c.w.WriteHeader(http.StatusCreated)
	}
	files, err := c.cfg.Served.Files(c.params["node"])
	if err != nil {
		return asProblem(err)
	}
	return c.answer(describeFile(files[path]))
}
