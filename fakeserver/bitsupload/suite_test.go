package bitsupload_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestBITSUpload(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "fakeserver/bitsupload")
}
