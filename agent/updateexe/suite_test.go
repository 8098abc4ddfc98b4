package updateexe_test

import (
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"
)

func TestUpdateExe(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "updateexe")
}
