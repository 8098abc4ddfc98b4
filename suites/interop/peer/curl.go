//go:build linux

package peer

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
)

// CurlResult is what became of one call of curl.
type CurlResult struct {
	Exit     int // curl's exit code, 0 when it got an answer
	Status   int // of the last answer; 0 when there was none
	Connect  int // status of the last answer to CONNECT; 0 without one
	Sockets  int // connections that curl opened
	Body     []byte
	Messages string // what curl said on standard error
}

// Curl calls curl with arguments, free of the user's settings and proxies. It
// fails when curl cannot be run; what curl could not do is in the result.
func Curl(ctx context.Context, args ...string) (CurlResult, error) {
	return CurlAs(ctx, nil, args...)
}

// CurlAs is Curl with further environment variables, such as those by which GSS-API
// finds the user's tickets.
func CurlAs(ctx context.Context, env []string, args ...string) (CurlResult, error) {
	var r CurlResult
	path, err := find("curl")
	if err != nil {
		return r, err
	}
	dir, err := folder("curl")
	if err != nil {
		return r, err
	}
	defer os.RemoveAll(dir)
	body := filepath.Join(dir, "body")
	fixed := []string{"-q", "-sS", "-o", body, "-w", "%{response_code} %{http_connect} %{num_connects}"}
	cmd := exec.CommandContext(ctx, path, append(fixed, args...)...)
	cmd.Env = append([]string{"HOME=" + dir, "PATH=" + os.Getenv("PATH")}, env...)
	out, err := cmd.Output()
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		r.Exit, r.Messages = failed.ExitCode(), string(failed.Stderr)
	} else if err != nil {
		return r, fmt.Errorf("curl: %w", err)
	}
	if _, err := fmt.Sscan(string(out), &r.Status, &r.Connect, &r.Sockets); err != nil {
		return r, fmt.Errorf("curl: its summary %q: %w", out, err)
	}
	if r.Body, err = os.ReadFile(body); err != nil && !errors.Is(err, os.ErrNotExist) {
		return r, fmt.Errorf("curl: %w", err)
	}
	return r, nil
}
