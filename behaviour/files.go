package behaviour

import (
	"errors"
	"fmt"
	"io"
	"os"
)

// maxFile bounds the files that behaviours keep in memory.
const maxFile = 16 << 20

// FilesBeneath gives what reads files of up to 16 MiB beneath a directory, for
// Env.ReadFile. What leads out of it, by symbolic links too, and what is no regular file
// is refused; everything is when dir is empty.
func FilesBeneath(dir string) func(path string) ([]byte, error) {
	return func(path string) ([]byte, error) {
		if dir == "" {
			return nil, fmt.Errorf("reading %q: no directory is set", path)
		}
		root, err := os.OpenRoot(dir)
		if err != nil {
			return nil, fmt.Errorf("opening the directory of files: %w", err)
		}
		content, err := readFrom(root, path)
		return content, errors.Join(err, root.Close())
	}
}

func readFrom(root *os.Root, path string) ([]byte, error) {
	info, err := root.Stat(path) // first, since opening a FIFO would block
	switch {
	case err != nil:
		return nil, fmt.Errorf("reading a file: %w", err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("reading %q: it is not a regular file", path)
	}
	file, err := root.Open(path)
	if err != nil {
		return nil, fmt.Errorf("reading a file: %w", err)
	}
	content, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err == nil && len(content) > maxFile {
		err = fmt.Errorf("reading %q: it has more than 16 MiB", path)
	}
	return content, errors.Join(err, file.Close())
}
