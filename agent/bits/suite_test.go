package bits_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestBITS(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "bits")
}
