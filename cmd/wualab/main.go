// Command wualab runs scenarios of Windows update clients against fake servers
// and proxies, serves the fakes to other clients, sends the simulated client to other
// servers, and explains what the clients do.
//
// This package holds flags and printing only. The work is done in packages
// scenarios (running), report (documents), auth/credrule and hresult
// (explaining). Every command is a file of its own; [run] is the whole program
// and is what tests call.
package main

import (
	"context"
	"os"
	"os/signal"
	"syscall"
)

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	context.AfterFunc(ctx, stop) // a second signal ends the program at once
	os.Exit(run(ctx, os.Args[1:], os.Stdin, os.Stdout, os.Stderr))
}
