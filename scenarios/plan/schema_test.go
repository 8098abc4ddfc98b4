package plan_test

import (
	"bytes"
	"encoding/json"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/goccy/go-yaml"
	"github.com/santhosh-tekuri/jsonschema/v6"

	"github.com/wualab/wualab/scenarios/plan"
)

func compile(t *testing.T, opts plan.Options) *jsonschema.Schema {
	t.Helper()
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(plan.Schema(opts)))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource("scenario.json", doc); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile("scenario.json")
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// instance turns YAML into what the schema library takes.
func instance(t *testing.T, src []byte) any {
	t.Helper()
	js, err := yaml.YAMLToJSON(src)
	if err != nil {
		t.Fatal(err)
	}
	doc, err := jsonschema.UnmarshalJSON(bytes.NewReader(js))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

func glob(t *testing.T, pattern string) []string {
	t.Helper()
	files, err := filepath.Glob(pattern)
	if err != nil || len(files) == 0 {
		t.Fatalf("%s: %d files, %v", pattern, len(files), err)
	}
	return files
}

func TestSchemaAcceptsGoodFiles(t *testing.T) {
	for _, opts := range []plan.Options{options(), {}} {
		s := compile(t, opts)
		for _, path := range glob(t, "testdata/good/*.yaml") {
			if err := s.Validate(instance(t, read(t, path))); err != nil {
				t.Errorf("%s: %v", path, err)
			}
		}
	}
}

// TestSchemaRejectsBrokenFiles holds every broken file that is YAML to the
// schema, except those whose fault a schema can't see.
func TestSchemaRejectsBrokenFiles(t *testing.T) {
	beyond := strings.Fields(`crash-writes-nothing ends-twice notified-of-no-job notify-exit-without-program notify-names-job notify-without-job unknown-user
		account-unknown account-unknown-proxy account-unknown-credentials account-unknown-controller exposure-backwards
		negotiate-takes-nothing passport-no-login passport-no-tls passport-twice passport-on-proxy
		axis-list-in-text axis-without-keys bad-code bad-code-status bad-regexp bad-time bound-backwards
		cell-without-step change-proxy-files change-unknown domain-and-workgroup
		 exclude-no-cell exclude-never exclude-unknown-axis exclude-unknown-value
		file-size-and-from file-without-size host-twice job-twice job-unknown job-unknown-expect job-unknown-removal behaviour-combination job-unsaid
		matrix-duplicate-cell matrix-name-characters matrix-reference matrix-too-large
		no-verb node-name node-twice number-octal on-unknown path-escape-from path-escape-reg-file
		proxy-unknown question-mark question-mark-unquoted range-backwards reference-in-key result-of-nothing
		set-credentials-no-job template-braces two-verbs unknown-axis unknown-axis-key
		unquoted-hex-axis unused-axis url-host url-host-full via-loop via-unknown when-never when-never-other
		count-name-taken order-unknown-code order-unknown-job set-nothing set-unknown-job set-unknown-owner
		when-unknown-axis when-unknown-value wire-nothing size-unit-axis documents matrix-empty tab-flow template-expression anchor merge-key tag directive
		bytes-backwards link-expected-nothing link-expected-without-link link-latency link-never link-rate-slow
		link-traffic-empty-times link-traffic-unsaid
		local-file-both local-file-nothing local-file-unknown-job upload-and-download upload-answer-error-with-reply upload-answer-two-replies
		share-change-fault share-change-nothing share-change-proxy share-change-unknown
		upload-change-nothing upload-change-proxy upload-change-unknown-path upload-expect-nothing upload-expect-unknown-path
		upload-expect-unknown-server upload-fallback-without-host upload-fault-application-status upload-fault-context-without-code
		upload-fault-key upload-fault-status-missing upload-fault-times-and-always upload-fault-wrong-offset-status
		upload-files-by-reference upload-local-leaves upload-notification-without-url upload-unknown-server upload-url-without-notification
		extended-protection-without-tls member-of-both member-of-unknown negotiate-takes-nothing passport-redirect-without passport-sends-on passport-service-no-login
		behaviour-script-syntax behaviour-script script-both script-file-leaves script-name script-syntax
		behaviour-when-client behaviour-when-header behaviour-when-per behaviour-when-until
		share-fault-after share-fault-both share-fault-file share-fault-nothing share-host
		recorded-bodies recorded-both recorded-length recorded-neither recorded-path recorded-seed same-port
		share-space expect-share expect-share-server
		job-of-none set-remote-name-unknown share-of-none share-unknown share-unknown-file-url upload-unknown-directory
		certificate-without-tls certificate-revoked revocation-list-tls revocation-list-twice
		client-bypass-of-a-script client-proxy-of-nothing pac-and-file pac-both pac-empty pac-unknown-proxy
		client-certificate-without-tls job-certificate-unknown job-certificate-both
		wsus-driver-type wsus-driver-day wsus-driver-version wsus-product-twice wsus-product-version
		automatic-answer-not-running automatic-answer-who automatic-detect-now-false automatic-not-running automatic-notice automatic-pending
		automatic-seen-by automatic-shutdown-not-running automatic-started-twice automatic-stopped-twice automatic-stopped
		wsus-self-update-missing-and-more wsus-self-update-unsupported wsus-self-update-ident wsus-self-update-absent
		winhttp-proxy-unknown wsus-approval wsus-category-type wsus-change-no-update-server wsus-change-unknown-update
		wsus-accept-eula-unknown wsus-data-store-and-service wsus-eula-name wsus-history-unknown wsus-default-result
		wsus-detect-false wsus-download-unknown wsus-download-unseen wsus-expect-no-server wsus-expect-nothing wsus-fault-and-body
		wsus-fault-of-nothing wsus-file-of-nothing wsus-file-twice wsus-found-without-search wsus-group wsus-hangs-and-more
		wsus-itself wsus-loop-without-rule wsus-metadata-and-title wsus-metadata-broken wsus-metadata-other-id wsus-metadata-without-id
		wsus-not-approved-deadline wsus-offered-unknown wsus-offered-unseen wsus-own-group wsus-prerequisite wsus-results-without-install
		wsus-return-codes-of-patch wsus-rule-xml wsus-same-id
		sms-change sms-change-point sms-change-withdraw sms-client-server sms-client-site sms-expect-advertisement sms-expect-log sms-expect-nothing
		sms-expires sms-fault-both sms-misbehaviour sms-none sms-package sms-point sms-point-package sms-point-twice sms-program sms-run-time
		sms-step-both sms-step-run
		sus-and-wsus sus-change-approve sus-change-no-server sus-change-nothing sus-change-withdraw sus-client-version sus-download-unseen sus-expect-idle sus-expect-needed sus-expect-no-server
		sus-expect-none sus-expect-nothing sus-expect-ping-update sus-expect-results sus-expect-unseen sus-file-of-nothing sus-hangs-and-more sus-known-and-title sus-name-of-wsus sus-none sus-same-item
		known-and-installer known-and-title known-other-file pc-nothing pc-setup-of-none pc-verified-unknown
`)
	s := compile(t, options())
	seen := make(map[string]bool)
	for _, path := range glob(t, "testdata/broken/*.yaml") {
		name := strings.TrimSuffix(filepath.Base(path), ".yaml")
		src := read(t, path)
		js, err := yaml.YAMLToJSON(src)
		if err != nil || !json.Valid(js) {
			continue
		}
		seen[name] = true
		err = s.Validate(instance(t, src))
		if accepted := err == nil; accepted != slices.Contains(beyond, name) {
			t.Errorf("%s: the schema accepts it: %v, %v", name, accepted, err)
		}
	}
	for _, name := range beyond {
		if !seen[name] {
			t.Errorf("%s: no such file, or no YAML", name)
		}
	}
}

// TestSchemaHasEveryKey compares the keys of the types with those of the schema,
// both ways, and with the keys that the good files use.
func TestSchemaHasEveryKey(t *testing.T) {
	types := make(map[string]bool)
	collectTags(reflect.TypeFor[plan.Scenario](), types)
	var doc any
	if err := json.Unmarshal(plan.Schema(plan.Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	schema := make(map[string]bool)
	collectProperties(doc, schema)
	used := make(map[string]bool)
	for _, path := range glob(t, "testdata/good/*.yaml") {
		collectKeys(instance(t, read(t, path)), used)
	}
	for key := range types {
		if !schema[key] {
			t.Errorf("key %s is in the types only", key)
		}
		if !used[key] {
			t.Errorf("key %s is in no good file", key)
		}
	}
	ofOwnTypes := []string{"at-least", "at-most", "exclude", "name", "min", "max"}
	// Registry values, rules of updates and their attributes have names of Windows.
	ofWindows := regexp.MustCompile(`^([A-Z]|[bm][.])`)
	for key := range schema {
		if !types[key] && !slices.Contains(ofOwnTypes, key) && !ofWindows.MatchString(key) {
			t.Errorf("key %s is in the schema only", key)
		}
	}
}

func collectTags(typ reflect.Type, keys map[string]bool) {
	switch typ.Kind() {
	case reflect.Pointer, reflect.Slice:
		collectTags(typ.Elem(), keys)
	case reflect.Struct:
		if value, ok := typ.FieldByName("Value"); ok && value.Tag == "" {
			collectTags(value.Type, keys)
		}
		if typ == reflect.TypeFor[plan.AccountRef]() {
			collectTags(reflect.TypeFor[plan.Account](), keys)
		}
		for i := range typ.NumField() {
			f := typ.Field(i)
			if f.Anonymous {
				collectTags(f.Type, keys)
			}
			key := f.Tag.Get("yaml")
			if key == "" || key == "-" {
				continue
			}
			if !strings.HasPrefix(key, "$") {
				keys[key] = true
			}
			collectTags(f.Type, keys)
		}
	}
}

func collectProperties(doc any, keys map[string]bool) {
	switch doc := doc.(type) {
	case []any:
		for _, item := range doc {
			collectProperties(item, keys)
		}
	case map[string]any:
		properties, _ := doc["properties"].(map[string]any)
		for key := range properties {
			keys[key] = true
		}
		for _, value := range doc {
			collectProperties(value, keys)
		}
	}
}

func collectKeys(doc any, keys map[string]bool) {
	switch doc := doc.(type) {
	case []any:
		for _, item := range doc {
			collectKeys(item, keys)
		}
	case map[string]any:
		for key, value := range doc {
			keys[key] = true
			collectKeys(value, keys)
		}
	}
}

func TestSchemaIsStableAndDescribesEveryKey(t *testing.T) {
	first := plan.Schema(options())
	if !bytes.Equal(first, plan.Schema(options())) {
		t.Error("two calls give different bytes")
	}
	for _, want := range []string{`"http://json-schema.org/draft-07/schema#"`, `"xp-sp2"`, `"uselmcompat-1"`, `"cut-after"`, `Closes the connection.`, `"unpinned"`} {
		if !bytes.Contains(first, []byte(want)) {
			t.Errorf("no %s in the schema", want)
		}
	}
	var doc any
	if err := json.Unmarshal(plan.Schema(plan.Options{}), &doc); err != nil {
		t.Fatal(err)
	}
	checkDescriptions(t, "", doc)
}

func checkDescriptions(t *testing.T, path string, doc any) {
	switch doc := doc.(type) {
	case []any:
		for _, item := range doc {
			checkDescriptions(t, path, item)
		}
	case map[string]any:
		properties, _ := doc["properties"].(map[string]any)
		for key, p := range properties {
			help, _ := p.(map[string]any)["description"].(string)
			if help == "" && key != "at-least" && key != "at-most" && key != "name" {
				t.Errorf("%s/%s has no description", path, key)
			}
		}
		for key, value := range doc {
			checkDescriptions(t, path+"/"+key, value)
		}
	}
}
