//go:build linux

// Command download times the download of a large file from nginx on loopback by
// the agent's BITS and by curl, in turns, and prints the medians side by side
// with the most memory that each took.
//
// Each download is a process of its own, timed from its start to its end with
// all that the start of a program costs. nginx serves a file of zeros that take
// no room on its disk; the bytes cross the socket all the same. To nowhere means
// /dev/null for curl, and for the agent a disk whose files are /dev/null. It is
// no test: nothing fails for being slow.
//
//	download [-size 1GiB] [-rounds 7] [-dir DIR]
//
// nginx and curl must be installed, which suites/interop/install.sh does.
package main

import (
	"context"
	"flag"
	"fmt"
	"os"

	"github.com/wualab/wualab/quantity"
)

func main() {
	var o options
	var way string
	size := flag.String("size", "1GiB", "how long the file is")
	flag.IntVar(&o.rounds, "rounds", 7, "how often each way is measured")
	flag.StringVar(&o.dir, "dir", "", "folder whose file system takes the files; default that of temporary files")
	flag.StringVar(&way, "fetch", "", "be the agent, and download the URL in this way")
	flag.Parse()
	err := o.parseSize(*size)
	switch {
	case err != nil:
	case way != "":
		err = fetch(context.Background(), way, flag.Arg(0), o.dir, o.size)
	default:
		err = compare(o, os.Stdout)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, "download:", err)
		os.Exit(1)
	}
}

type options struct {
	size   int64
	rounds int
	dir    string
}

func (o *options) parseSize(text string) (err error) {
	if o.size, err = quantity.ParseSize(text); err != nil {
		return err
	}
	if o.rounds < 1 || o.size < 1 {
		return fmt.Errorf("%d rounds of %d bytes are nothing to measure", o.rounds, o.size)
	}
	return nil
}
