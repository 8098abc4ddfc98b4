package smswire

import (
	"crypto/sha1"
	"encoding/hex"
	"hash"
	"io"
	"strings"
)

// PackageHash is the hash of a package's content. Assumed: SHA-1 over the names of its
// files, in lower case with backslashes, and their contents, in the order of those
// names; KB 907979 tells only that there is one and that it is compared. Add the files
// in the order of [LessName]. Make it with NewPackageHash.
type PackageHash struct{ sum hash.Hash }

// NewPackageHash begins with no file.
func NewPackageHash() *PackageHash { return &PackageHash{sha1.New()} }

// Add adds a file by its path in the package, with slashes or backslashes.
func (h *PackageHash) Add(name string, content io.Reader) error {
	_, _ = io.WriteString(h.sum, hashName(name)+"\x00") // a hash takes all
	_, err := io.Copy(h.sum, content)
	return err
}

// String gives the hash in hexadecimal capitals.
func (h *PackageHash) String() string { return strings.ToUpper(hex.EncodeToString(h.sum.Sum(nil))) }

func hashName(name string) string { return strings.ToLower(strings.ReplaceAll(name, "/", `\`)) }

// LessName compares the names of two files of a package, as slices.SortFunc wants it.
func LessName(a, b string) int { return strings.Compare(hashName(a), hashName(b)) }
