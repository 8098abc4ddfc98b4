package wuident

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"

	"github.com/wualab/wualab/cabinet"
)

// Names of the files, below the self-update directory and in the cabinets. That of the
// setup is assumed.
const (
	CabinetName = "wuident.cab"
	SetupName   = "wusetup.cab"
	identFile   = "wuident.txt"
	setupFile   = "wusetup.inf"
)

// mostUnpacked bounds what a cabinet may come to.
const mostUnpacked = 64 << 20

// What is wrong with a signature. Real agents name the codes of WinVerifyTrust.
var (
	ErrUnsigned  = errors.New("it is not signed")
	ErrUntrusted = errors.New("its signature is not of a key that is trusted, or what it signs was changed")
)

// mark stands before a signature in the reserved field of a cabinet's header.
const mark = "wualab test key, not Microsoft: "

// reserveAt is where the reserved field begins, MS-CAB 2.1.
const reserveAt = 40

// TestKey signs what agents trust.
func TestKey() ed25519.PrivateKey { return key("the key that agents trust") }

// OtherKey signs what no agent trusts.
func OtherKey() ed25519.PrivateKey { return key("the key of somebody else") }

func key(name string) ed25519.PrivateKey {
	seed := sha256.Sum256([]byte("wualab self-update: " + name))
	return ed25519.NewKeyFromSeed(seed[:])
}

// Pack gives wuident.cab, signed with a key; nil signs nothing.
func Pack(i *Ident, by ed25519.PrivateKey) ([]byte, error) {
	return pack(identFile, []byte(i.String()), by)
}

// PackSetup gives the setup of an agent of a version, signed with a key; nil signs
// nothing.
func PackSetup(v Version, by ed25519.PrivateKey) ([]byte, error) {
	return pack(setupFile, []byte(fmt.Sprintf("[Version]\r\nClient=%v\r\n", v)), by)
}

func pack(name string, text []byte, by ed25519.PrivateKey) ([]byte, error) {
	c := cabinet.Cabinet{Files: []cabinet.File{{Name: name, Data: text}}}
	if by == nil {
		return cabinet.Write(c)
	}
	c.Reserve = append([]byte(mark), make([]byte, ed25519.SignatureSize)...)
	data, err := cabinet.Write(c)
	if err == nil {
		copy(data[reserveAt+len(mark):], ed25519.Sign(by, data))
	}
	return data, err
}

// Verify says whether a cabinet is signed with the key that agents trust: nil,
// ErrUnsigned, ErrUntrusted, or what is wrong with the cabinet.
func Verify(data []byte) error {
	_, err := open(data)
	return err
}

func open(data []byte) (*cabinet.Cabinet, error) {
	c, err := cabinet.Read(data, mostUnpacked)
	switch {
	case err != nil:
		return nil, err
	case !bytes.HasPrefix(c.Reserve, []byte(mark)) || len(c.Reserve) != len(mark)+ed25519.SignatureSize:
		return nil, ErrUnsigned
	}
	signature := bytes.Clone(c.Reserve[len(mark):])
	signed := bytes.Clone(data)
	clear(signed[reserveAt+len(mark):][:ed25519.SignatureSize])
	if !ed25519.Verify(TestKey().Public().(ed25519.PublicKey), signed, signature) {
		return nil, ErrUntrusted
	}
	return c, nil
}

// Open reads wuident.cab. The error is one of Verify or an *Error.
func Open(data []byte) (*Ident, error) {
	text, err := content(data, identFile)
	if err != nil {
		return nil, err
	}
	return Parse(text)
}

// OpenSetup reads a setup, and gives the version of the agent in it. The error is one of
// Verify or an *Error.
func OpenSetup(data []byte) (v Version, err error) {
	text, err := content(data, setupFile)
	if err != nil {
		return v, err
	}
	list, err := entries(setupFile, text)
	if err != nil {
		return v, err
	}
	for _, e := range list {
		if e.section == "VERSION" && strings.EqualFold(e.name, "Client") {
			if v, err = ParseVersion(e.value); err != nil {
				return v, &Error{File: setupFile, Line: e.line, What: err.Error()}
			}
			return v, nil
		}
	}
	return v, &Error{File: setupFile, What: "[Version] has no Client"}
}

func content(data []byte, name string) ([]byte, error) {
	c, err := open(data)
	if err != nil {
		return nil, err
	}
	for _, f := range c.Files {
		if strings.EqualFold(f.Name, name) {
			return f.Data, nil
		}
	}
	return nil, &Error{File: name, What: "it is not in the cabinet"}
}
