package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"slices"
	"strings"
	"time"
)

// ended is how serving came to its end.
type ended struct {
	how string // "interrupted", "30s are over", "the client ended with exit code 22"
	err error  // the exit code that this means; nil for 0
}

func howEnded(ctx context.Context, after time.Duration) string {
	switch {
	case errors.Is(context.Cause(ctx), errShutdown):
		return errShutdown.Error()
	case errors.Is(ctx.Err(), context.DeadlineExceeded):
		return fmt.Sprintf("%v are over", after)
	}
	return "interrupted"
}

// patience is how long an interrupted client has before it is killed.
const patience = 5 * time.Second

// client runs the command of --exec to its end.
func (s *serving) client(ctx context.Context) ended {
	return s.runClient(ctx, s.flags.exec, s.environment(os.Environ()), s.flags.duration)
}

// runClient runs a command by the shell to its end. after is the time that ctx gives it.
func (a *app) runClient(ctx context.Context, command string, env []string, after time.Duration) ended {
	words := []string{"sh", "-c", command}
	if runtime.GOOS == "windows" {
		words = []string{"cmd", "/c", command}
	}
	cmd := exec.CommandContext(ctx, words[0], words[1:]...)
	cmd.Env = env
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, a.out, a.err
	ownGroup(cmd, isTerminal(os.Stdin))
	cmd.WaitDelay = patience
	err := cmd.Run()
	if endGroup(cmd, patience) {
		fmt.Fprintln(a.err, "what the client had left running was ended")
	}
	var failed *exec.ExitError
	switch {
	case errors.Is(context.Cause(ctx), errShutdown):
		return ended{how: errShutdown.Error()}
	case ctx.Err() != nil && errors.Is(ctx.Err(), context.DeadlineExceeded):
		return ended{howEnded(ctx, after) + ", and the client still ran", &exit{code: exitCouldNotRun}}
	case ctx.Err() != nil:
		return ended{"interrupted", &exit{code: exitInterrupted}}
	case errors.As(err, &failed) && failed.ExitCode() > 0:
		return ended{fmt.Sprintf("the client ended with exit code %d", failed.ExitCode()), &exit{code: failed.ExitCode()}}
	case err != nil:
		return ended{"the client failed", couldNotRun(fmt.Errorf("--exec: %w", err), "")}
	}
	return ended{how: "the client ended with exit code 0"}
}

// proxyVariables are those by which programs find their proxy.
var proxyVariables = []string{"http_proxy", "https_proxy", "all_proxy", "ftp_proxy", "no_proxy"}

// environment is base with the variables of the fakes. What base says of proxies goes:
// the scenario says whether there is one.
func (s *serving) environment(base []string) []string {
	return append(withoutProxies(base), s.variables()...)
}

// withoutProxies leaves out what an environment says of proxies.
func withoutProxies(env []string) []string {
	return slices.DeleteFunc(slices.Clone(env), func(v string) bool {
		name, _, _ := strings.Cut(v, "=")
		return slices.Contains(proxyVariables, strings.ToLower(name))
	})
}

// writeEnv writes the variables for a shell to read. The file appears whole.
func (s *serving) writeEnv(path string) error {
	var text strings.Builder
	for _, v := range s.variables() {
		name, value, _ := strings.Cut(v, "=")
		fmt.Fprintf(&text, "%s=%s\n", name, quote(value))
	}
	if err := os.WriteFile(path+".new", []byte(text.String()), 0o600); err != nil {
		return fmt.Errorf("--env-file: %w", err)
	}
	if err := os.Rename(path+".new", path); err != nil {
		return fmt.Errorf("--env-file: %w", err)
	}
	return nil
}
