package boundedxml_test

import (
	"strings"
	"testing"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
)

func TestBoundedXML(t *testing.T) {
	RegisterFailHandler(Fail)
	RunSpecs(t, "boundedxml")
}

var small = boundedxml.Limits{Size: 200, Depth: 4}

var _ = Describe("a tree of elements", func() {
	It("keeps names, attributes, text and places", func() {
		tree, err := boundedxml.Parse([]byte("<?xml version='1.0'?>\n<a xmlns='urn:x' b='1'>\n <c>t<!-- - -->u</c> <c xmlns:y='urn:y' y:b='2'/>\n</a>"), small)
		Expect(err).NotTo(HaveOccurred())
		Expect(tree.Name.Space).To(Equal("urn:x"))
		Expect(tree.Attr).To(HaveLen(1))
		value, ok := tree.Attribute("b")
		Expect(value).To(Equal("1"))
		Expect(ok).To(BeTrue())
		Expect(tree.Child("c").Text).To(Equal("tu"))
		Expect(tree.All("c")).To(HaveLen(2))
		Expect(tree.All("c")[1].Line).To(Equal(3))
		_, ok = tree.All("c")[1].Attribute("b")
		Expect(ok).To(BeFalse(), "it is in a namespace")
		Expect(tree.Child("d")).To(BeNil())
	})
	It("may begin with the mark of UTF-8, once", func() {
		tree, err := boundedxml.Parse([]byte("\uFEFF<?xml version='1.0' encoding='utf-8'?><a/>"), small)
		Expect(err).NotTo(HaveOccurred())
		Expect(tree.Name.Local).To(Equal("a"))
		_, err = boundedxml.Parse([]byte("\uFEFF\uFEFF<a/>"), small)
		Expect(err).To(MatchError(ContainSubstring("text stands where an element should be")))
	})
	It("may be several beside each other", func() {
		list, err := boundedxml.ParseFragment([]byte("<a/> <b/>"), small)
		Expect(err).NotTo(HaveOccurred())
		Expect(list).To(HaveLen(2))
		Expect(boundedxml.ParseFragment(nil, small)).To(BeEmpty())
	})
	DescribeTable("is refused, with the place", func(text, want string) {
		_, err := boundedxml.Parse([]byte(text), small)
		Expect(err).To(MatchError(want))
	},
		Entry("two elements", "<a/>\n<b/>", "2:5: a document has one element on the outside"),
		Entry("none", "", "1:1: a document has one element on the outside"),
		Entry("text outside", "<a/>b", "1:6: text stands where an element should be"),
		Entry("a document type", `<!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>`, "1:41: a document type is refused"),
		Entry("an entity", "<a>&b;</a>", "1:7: invalid character entity &b;"),
		Entry("a processing instruction", "<?php?><a/>", `1:8: the processing instruction "php" is refused`),
		Entry("a charset", "<?xml version='1.0' encoding='utf-16'?><a/>", `1:40: opening charset "utf-16": charset "utf-16" is not read; use utf-8`),
		Entry("too deep", strings.Repeat("<a>", 5), "1:16: elements are nested more than 4 deep"),
		Entry("too large", strings.Repeat(" ", 201), "201 bytes are more than the 200 allowed"),
		Entry("cut off", "<a><b>", "1:7: unexpected EOF"),
		Entry("crossed", "<a><b></a></b>", "1:11: element <b> closed by </a>"),
	)
})

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"<a b='c'>d<e/></a>", "<a xmlns='u' xmlns:b='v'><b:c b:d='&lt;'/></a>", "<!DOCTYPE a><a/>", "<a><![CDATA[<]]></a>", "<a>"} {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, text []byte) {
		tree, err := boundedxml.Parse(text, boundedxml.Limits{Size: 1 << 16, Depth: 20})
		if err == nil && deepest(tree) > 20 {
			t.Fatal("nested deeper than allowed")
		}
	})
}

func deepest(e *boundedxml.Element) int {
	most := 0
	for _, c := range e.Children {
		most = max(most, deepest(c))
	}
	return 1 + most
}
