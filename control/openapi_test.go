package control_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"mime"
	"net/http"
	"slices"
	"strings"
	"sync"

	"github.com/goccy/go-yaml"
	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wualab/wualab/control"
)

// description is openapi.yaml, against which all answers are checked.
type description struct {
	doc      any
	compiler *jsonschema.Compiler

	mu   sync.Mutex
	seen map[string]bool // "GET /v1 200"
}

var (
	api = func() *description {
		text, err := yaml.YAMLToJSON(control.OpenAPI)
		if err != nil {
			panic(err)
		}
		doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
		if err != nil {
			panic(err)
		}
		d := &description{doc: doc, compiler: jsonschema.NewCompiler(), seen: map[string]bool{}}
		d.compiler.AssertFormat()
		if err := d.compiler.AddResource("openapi.json", doc); err != nil {
			panic(err)
		}
		return d
	}()
	checkedHTTP = &http.Client{Transport: &checked{&http.Transport{DisableKeepAlives: true}}}
)

// at gives the value at a JSON Pointer, references on the way followed, and the pointer
// at which it stands.
func (d *description) at(pointer string) (any, string, bool) {
	value, where := d.doc, ""
	for _, step := range strings.Split(pointer, "/")[1:] {
		m, ok := value.(map[string]any)
		if !ok {
			return nil, "", false
		}
		if value, ok = m[strings.NewReplacer("~1", "/", "~0", "~").Replace(step)]; !ok {
			return nil, "", false
		}
		where += "/" + step
		if m, ok := value.(map[string]any); ok {
			if ref, ok := m["$ref"].(string); ok {
				if value, where, ok = d.at(strings.TrimPrefix(ref, "#")); !ok {
					return nil, "", false
				}
			}
		}
	}
	return value, where, true
}

func escape(s string) string { return strings.NewReplacer("~", "~0", "/", "~1").Replace(s) }

// operations lists "METHOD path" of the description.
func (d *description) operations() (list []string) {
	paths, _, _ := d.at("/paths")
	for path, item := range paths.(map[string]any) {
		for method := range item.(map[string]any) {
			if method != "parameters" {
				list = append(list, strings.ToUpper(method)+" "+path)
			}
		}
	}
	slices.Sort(list)
	return list
}

// operation finds the one of a request; a path without parameters wins.
func (d *description) operation(method, path string) string {
	var found string
	for _, op := range d.operations() {
		verb, template, _ := strings.Cut(op, " ")
		want, have := strings.Split(template, "/"), strings.Split(path, "/")
		fits := verb == method && len(want) == len(have)
		for i := range want {
			fits = fits && (strings.HasPrefix(want[i], "{") || want[i] == have[i])
		}
		if fits && (found == "" || strings.Contains(found, "{")) {
			found = op
		}
	}
	return found
}

// validate holds a JSON text against the schema at a pointer.
func (d *description) validate(pointer string, text []byte) error {
	d.mu.Lock()
	defer d.mu.Unlock()
	schema, err := d.compiler.Compile("openapi.json#" + pointer)
	if err != nil {
		return err
	}
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return err
	}
	return schema.Validate(value)
}

// check holds an answer against its operation.
func (d *description) check(method, path string, status int, contentType string, body []byte) error {
	op := d.operation(method, path)
	if op == "" {
		return fmt.Errorf("%s %s is not described", method, path)
	}
	verb, template, _ := strings.Cut(op, " ")
	base := "/paths/" + escape(template) + "/" + strings.ToLower(verb) + "/responses/"
	key := fmt.Sprint(status)
	answer, where, ok := d.at(base + key)
	if !ok {
		key = "default"
		if answer, where, ok = d.at(base + key); !ok || status < 400 {
			return fmt.Errorf("%s: status %d is not described", op, status)
		}
	}
	d.mu.Lock()
	d.seen[op+" "+key] = true
	d.mu.Unlock()
	content, _ := answer.(map[string]any)["content"].(map[string]any)
	if len(content) == 0 {
		if len(body) > 0 {
			return fmt.Errorf("%s: status %d has a body, which is not described", op, status)
		}
		return nil
	}
	kind, _, err := mime.ParseMediaType(contentType)
	if _, ok := content[kind]; !ok || err != nil {
		return fmt.Errorf("%s: status %d has the type %q, which is not described", op, status, contentType)
	}
	if kind == "text/event-stream" {
		return nil
	}
	if !strings.HasSuffix(kind, "json") {
		if body, err = json.Marshal(string(body)); err != nil {
			return err
		}
	}
	if err := d.validate(where+"/content/"+escape(kind)+"/schema", body); err != nil {
		return fmt.Errorf("%s: status %d: %w\n%s", op, status, err, body)
	}
	return nil
}

// checked is a transport that refuses what the description does not have.
type checked struct{ next http.RoundTripper }

func (c *checked) RoundTrip(r *http.Request) (*http.Response, error) {
	resp, err := c.next.RoundTrip(r)
	if err != nil {
		return nil, err
	}
	kind := resp.Header.Get("Content-Type")
	var body []byte
	if kind != "text/event-stream" {
		if body, err = io.ReadAll(resp.Body); err != nil {
			return nil, err
		}
		_ = resp.Body.Close()
		resp.Body = io.NopCloser(bytes.NewReader(body))
	}
	if err := api.check(r.Method, r.URL.Path, resp.StatusCode, kind, body); err != nil {
		_ = resp.Body.Close()
		return nil, fmt.Errorf("not as in openapi.yaml: %w", err)
	}
	return resp, nil
}

var _ = AfterSuite(func() {
	if config, _ := GinkgoConfiguration(); len(config.FocusStrings) > 0 {
		return
	}
	for _, op := range api.operations() {
		verb, template, _ := strings.Cut(op, " ")
		answers, _, _ := api.at("/paths/" + escape(template) + "/" + strings.ToLower(verb) + "/responses")
		for status := range answers.(map[string]any) {
			Expect(api.seen).To(HaveKey(op+" "+status), "the specs have not seen this answer")
		}
	}
})

var _ = Describe("the description of the API", func() {
	It("has every operation of the server, and no other", func() {
		Expect(api.operations()).To(ConsistOf(control.Operations()))
	})

	It("has schemas that are schemas", func() {
		schemas, _, _ := api.at("/components/schemas")
		for name := range schemas.(map[string]any) {
			_, err := api.compiler.Compile("openapi.json#/components/schemas/" + name)
			Expect(err).NotTo(HaveOccurred(), name)
		}
	})

	It("tells apart what is right and what is wrong", func() {
		Expect(api.validate("/components/schemas/Problem", []byte(`{"title": "x", "status": 404, "code": "a", "detail": "d"}`))).To(Succeed())
		Expect(api.validate("/components/schemas/Problem", []byte(`{"title": "x", "status": 200, "code": "a", "detail": "d"}`))).NotTo(Succeed())
		Expect(api.check("GET", "/v1/nothing", 200, "application/json", nil)).NotTo(Succeed())
		Expect(api.check("GET", "/v1/clock", 200, "text/html", nil)).NotTo(Succeed())
	})

	It("has each operation's errors", func() {
		l := start(nil)
		for _, op := range api.operations() {
			verb, path, _ := strings.Cut(op, " ")
			request, err := http.NewRequest(verb, l.api.URL()+strings.NewReplacer("{node}", "origin", "{index}", "0", "{seq}", "1").Replace(path)+"?slip=1", nil)
			Expect(err).NotTo(HaveOccurred())
			resp, err := checkedHTTP.Do(request)
			Expect(err).NotTo(HaveOccurred(), op)
			Expect(resp.StatusCode).To(Equal(http.StatusBadRequest), op)
		}
	})
})
