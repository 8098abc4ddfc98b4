package main

import (
	"context"
	"errors"
	"fmt"
	"strings"

	"github.com/spf13/cobra"
	"github.com/wualab/wualab/control"
)

// errShutdown is why serving ends when a client of the control API asks for it.
var errShutdown = errors.New("ended over the control API")

// serveArgs sees that there is one argument, and knows why there may be two.
func serveArgs(cmd *cobra.Command, args []string) error {
	if len(args) == 2 && cmd.Flags().Changed("control") {
		for _, one := range args {
			if _, err := listenAddress(one); err == nil {
				return usage(fmt.Sprintf("%q takes no argument %q", cmd.CommandPath(), one), "an address of the control API is written --control="+one)
			}
		}
	}
	return argCount(1, 1, "a scenario file, a preset or an id")(cmd, args)
}

// startControl starts the control API that --control asks for. The context that it
// gives ends when a client of the API asks for the end, with errShutdown as cause.
func (s *serving) startControl(ctx context.Context) (context.Context, error) {
	if s.flags.control == "" {
		if s.flags.controlToken != "" {
			return ctx, usage("--control-token without --control", "add --control, or --control=ADDRESS")
		}
		return ctx, nil
	}
	addr, err := listenAddress(s.flags.control)
	if err != nil {
		return ctx, usage(fmt.Sprintf("--control=%s: %v", s.flags.control, err), "want --control, --control=PORT or --control=ADDRESS:PORT")
	}
	ctx, cancel := context.WithCancelCause(ctx)
	s.control, err = control.Start(control.Config{Served: s.served, Addr: addr, Token: s.flags.controlToken, ShowSecrets: s.flags.unredacted,
		Version: tool(), Shutdown: func() { cancel(errShutdown) }})
	if err != nil {
		cancel(err)
		return ctx, couldNotRun(err, "")
	}
	return ctx, nil
}

// closeControl ends the control API, if there is one.
func (s *serving) closeControl() error {
	if s.control == nil {
		return nil
	}
	return s.control.Close()
}

// variables are those of the fakes and of the control API.
func (s *serving) variables() []string {
	list := s.served.Environment(s.caFile)
	if s.control == nil {
		return list
	}
	list = append(list, "WUALAB_CONTROL_URL="+s.control.URL())
	if token := s.control.Token(); token != "" {
		list = append(list, "WUALAB_CONTROL_TOKEN="+token)
	}
	return list
}

// controlText tells where the control API is, and whom it reaches.
func (s *serving) controlText(out *strings.Builder) {
	if s.control == nil {
		return
	}
	fmt.Fprintf(out, "\nControl API at %s/v1\n", s.control.URL())
	words := []string{"curl"}
	if token := s.control.Token(); token != "" {
		words = append(words, "-H", quote("Authorization: Bearer "+token))
	}
	fmt.Fprintf(out, "  %s %s/v1\n", strings.Join(words, " "), s.control.URL())
	if offLoopback(s.control.Addr()) {
		fmt.Fprintf(s.err, "wualab: warning: the control API listens at %s, so other computers reach it; who has the token changes what is served\n", s.control.Addr())
	}
}
