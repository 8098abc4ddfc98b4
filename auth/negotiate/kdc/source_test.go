package kdc_test

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/wualab/wualab/auth/negotiate/kdc"
)

// TestNewRefusesWhatItCannotRead gives it a realm on one line, at which gokrb5 panics.
func TestNewRefusesWhatItCannotRead(t *testing.T) {
	path := filepath.Join(t.TempDir(), "krb5.conf")
	if err := os.WriteFile(path, []byte("[realms]\n  LAB = { kdc = 127.0.0.1:88 }\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, conf := range []string{path, path + ".missing"} {
		_, err := kdc.New(kdc.Config{Krb5Conf: conf, Principal: "alice", Password: "pw"})
		if err == nil || !strings.HasPrefix(err.Error(), "kdc: reading "+conf) {
			t.Errorf("%s: %v", conf, err)
		}
	}
}
