package smswire_test

import (
	"strings"
	"time"

	. "github.com/onsi/ginkgo/v2"
	. "github.com/onsi/gomega"

	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/smswire"
)

func distribution() smswire.SoftwareDistribution {
	at := time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)
	return smswire.SoftwareDistribution{AdvertisementID: "LAB20000", PackageID: "LAB00001", PackageName: "A & B", SourceVersion: 2, Program: "install",
		CommandLine: `"a b.exe" /s`, MaxDuration: 15 * time.Minute, Active: at, Expires: at.Add(time.Hour), Mandatory: true,
		FromLocal: smswire.DownloadContent, FromRemote: smswire.DoNotRun}
}

func reply() smswire.ContentLocationReply {
	var site smswire.LocationSite
	site.MPSite.SiteCode, site.MPSite.SiteLocality = "LAB", smswire.Local
	record := smswire.LocationRecord{IPSubnets: []smswire.IPSubnet{{Address: "10.1.2.0"}}, Version: "2600", Locality: smswire.Remote}
	record.SMBPath.Name, record.ADSite.Name, record.Metric.Value = `\\dp\SMSPKGC$\LAB00001`, "HQ", "10"
	record.SetURL("http://dp/SMS_DP_SMSPKGC$/LAB00001")
	site.Records = []smswire.LocationRecord{record, {}}
	return smswire.ContentLocationReply{Hash: "AB", Sites: []smswire.LocationSite{site}}
}

func listing() []smswire.Listed {
	modified := time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)
	return []smswire.Listed{{Path: "/SMS_DP_SMSPKGC$/LAB00001/", Folder: true}, {Path: "/SMS_DP_SMSPKGC$/LAB00001/read me#1.txt", Size: 7, Modified: modified}}
}

var _ = Describe("documents", func() {
	It("are read as they were written", func() {
		list := smswire.MPList{MPs: []smswire.MP{{Name: "MP", FQDN: "mp.lab", Version: "2600"}}}
		gotList, err := smswire.ReadMPList(list.Write(), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(gotList.MPs).To(Equal(list.MPs))

		request := smswire.RequestAssignments{RequestType: smswire.OnUpdate, PolicySource: "SMS:LAB", ServerCookie: "7", Machine: smswire.Machine{ClientID: "GUID:1", NetBIOSName: "PC1"}}
		gotRequest, err := smswire.ReadRequestAssignments(request.Write(), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(*gotRequest).To(HaveField("Machine.NetBIOSName", "PC1"))
		Expect(*gotRequest).To(HaveField("ServerCookie", "7"))
		Expect(*gotRequest).To(HaveField("Ack", "True"))

		assignments := smswire.ReplyAssignments{ReplyType: smswire.Full, ServerCookie: "8", Assignments: []smswire.PolicyAssignment{{ID: "{1}"}}}
		assignments.Assignments[0].Policy.Location = "http://mp/SMS_MP/.sms_pol?a&b"
		gotReply, err := smswire.ReadReplyAssignments(assignments.Write(), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(gotReply.Assignments).To(Equal(assignments.Assignments))

		var location smswire.ContentLocationRequest
		location.Package.ID, location.Package.Version, location.AssignedSite.SiteCode = "LAB00001", 2, "LAB"
		location.ClientLocationInfo.IPAddresses = []smswire.IPAddress{{SubnetAddress: "10.1.2.0", Address: "10.1.2.3"}}
		gotLocation, err := smswire.ReadContentLocationRequest(location.Write(), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(gotLocation.Package).To(Equal(location.Package))
		Expect(gotLocation.ClientLocationInfo).To(Equal(location.ClientLocationInfo))

		gotLocations, err := smswire.ReadContentLocationReply(reply().Write(), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(gotLocations.Sites).To(Equal(reply().Sites))
		Expect(gotLocations.Hash).To(Equal("AB"))

		status := smswire.Status{MessageID: 10006, Severity: smswire.Failure, Strings: []string{"a", "1"}, Package: "LAB00001", Time: time.Date(2004, 8, 6, 9, 0, 0, 0, time.UTC)}
		gotStatus, err := smswire.ReadStatus(status.Write(), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(gotStatus.Strings).To(Equal(status.Strings))
		Expect(gotStatus.Severity).To(Equal(smswire.Failure))
		Expect(gotStatus.Time.Equal(status.Time)).To(BeTrue())

		Expect(smswire.ReadPolicy(smswire.WritePolicy("P", "1.00", distribution()), none)).To(Equal([]smswire.SoftwareDistribution{distribution()}))
	})
	It("have the words of the SDK", func() {
		text := string(smswire.WritePolicy("P", "1.00", distribution()))
		Expect(text).To(ContainSubstring(`<instance class="CCM_SoftwareDistribution"><property name="ADV_AdvertisementID" type="8"><value>LAB20000</value></property>`))
		Expect(text).To(ContainSubstring(`<property name="ADV_MandatoryAssignments" type="11"><value>TRUE</value></property>`))
		Expect(text).To(ContainSubstring(`<property name="ADV_ActiveTime" type="101"><value>20040806090000.000000+000</value></property>`))
		Expect(string(reply().Write())).To(ContainSubstring(`<URL Name="http://dp/SMS_DP_SMSPKGC$/LAB00001">`))
		Expect(smswire.Informational.String() + smswire.Warning.String() + smswire.Failure.String()).To(Equal("InformationalWarningError"))
	})
	It("leave out what they do not know, and refuse what they cannot be", func() {
		Expect(smswire.ReadPolicy([]byte(`<Policy><PolicyRule><PolicyAction><instance class="Other"/></PolicyAction></PolicyRule></Policy>`), none)).To(BeEmpty())
		broken := func(name, value string) error {
			text := strings.Replace(string(smswire.WritePolicy("P", "1.00", distribution())), "<instance class=\"CCM_SoftwareDistribution\">", `<instance class="CCM_SoftwareDistribution"><property name="`+name+`"><value>`+value+`</value></property>`, 1)
			_, err := smswire.ReadPolicy([]byte(text), none)
			return err
		}
		Expect(broken("Other", "x")).To(Succeed())
		Expect(broken("PKG_SourceVersion", "x")).To(MatchError(ContainSubstring("policy P: PKG_SourceVersion: ")))
		Expect(broken("PRG_MaxDuration", "-1")).To(MatchError(ContainSubstring("-1 minutes are out of range")))
		Expect(broken("ADV_MandatoryAssignments", "maybe")).To(HaveOccurred())
		Expect(broken("ADV_ActiveTime", "soon")).To(HaveOccurred())
		_, err := smswire.ReadPolicy([]byte(`<Policy PolicyID="P"><PolicyRule><PolicyAction><instance class="CCM_SoftwareDistribution"/></PolicyAction></PolicyRule></Policy>`), none)
		Expect(err).To(MatchError(ContainSubstring("without advertisement, package or program")))
		_, err = smswire.ReadMPList([]byte("<MPList/>"), boundedxml.Limits{Size: 3})
		Expect(err).To(MatchError(ContainSubstring("more than the 3 allowed")))
	})
})

var _ = Describe("a listing", func() {
	It("is read as it was written, without times", func() {
		got, err := smswire.ReadListing(smswire.WriteListing("http://dp", listing()), none)
		Expect(err).NotTo(HaveOccurred())
		want := listing()
		want[1].Modified = time.Time{}
		Expect(got).To(Equal(want))
		Expect(string(smswire.WriteListing("http://dp", listing()[:1]))).To(Equal(`<?xml version="1.0" encoding="UTF-8"?>` + "\n" +
			`<D:multistatus xmlns:D="DAV:"><D:response><D:href>http://dp/SMS_DP_SMSPKGC$/LAB00001/</D:href><D:propstat><D:prop><D:resourcetype><D:collection></D:collection></D:resourcetype></D:prop>` +
			`<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response></D:multistatus>`))
		Expect(string(smswire.WriteListing("http://dp", listing()))).To(ContainSubstring("http://dp/SMS_DP_SMSPKGC$/LAB00001/read%20me%231.txt"))
	})
	It("is read with other prefixes, spaces and statuses, as servers write them", func() {
		got, err := smswire.ReadListing([]byte(`<?xml version="1.0"?><a:multistatus xmlns:a="DAV:" xmlns:b="urn:x"><a:response><a:href> http://dp/p </a:href>
			<a:propstat><a:status>HTTP/1.1 200 OK</a:status><a:prop><a:resourcetype><a:collection/></a:resourcetype><b:c>x</b:c></a:prop></a:propstat></a:response>
			<a:response><a:href>/p/f</a:href><a:propstat><a:status>HTTP/1.1 404 Not Found</a:status><a:prop><a:getcontentlength/></a:prop></a:propstat>
			<a:propstat><a:status>HTTP/1.1 200 OK</a:status><a:prop><a:getcontentlength>5</a:getcontentlength></a:prop></a:propstat></a:response>
			<a:response><a:href>/p/g</a:href><a:propstat><a:status>HTTP/1.1 403 Forbidden</a:status><a:prop/></a:propstat></a:response></a:multistatus>`), none)
		Expect(err).NotTo(HaveOccurred())
		Expect(got).To(Equal([]smswire.Listed{{Path: "/p/", Folder: true}, {Path: "/p/f", Size: 5}}))
	})
	DescribeTable("is refused when a name could lead elsewhere, or a size is none", func(href, length string) {
		_, err := smswire.ReadListing([]byte(`<multistatus xmlns="DAV:"><response><href>`+href+`</href><propstat><status>HTTP/1.1 200 OK</status><prop><getcontentlength>`+length+`</getcontentlength></prop></propstat></response></multistatus>`), none)
		Expect(err).To(MatchError(ContainSubstring("listing: href")))
	},
		Entry("upwards", "/p/../../etc/passwd", "1"),
		Entry("upwards, hidden", "/p/%2e%2e/x", "1"),
		Entry("a backslash", `/p/..%5cx`, "1"),
		Entry("a drive", "/p/c:/x", "1"),
		Entry("a control character", "/p/a%0ab", "1"),
		Entry("no path", "x", "1"),
		Entry("no URL", "http://[", "1"),
		Entry("no number", "/p/x", "many"),
		Entry("a negative number", "/p/x", "-1"),
	)
})

var _ = Describe("the hash of a package", func() {
	It("does not depend on the spelling of names, and depends on all else", func() {
		hash := func(files ...string) string {
			h := smswire.NewPackageHash()
			for i := 0; i < len(files); i += 2 {
				Expect(h.Add(files[i], strings.NewReader(files[i+1]))).To(Succeed())
			}
			return h.String()
		}
		one := hash("a/B.txt", "x")
		Expect(one).To(MatchRegexp("^[0-9A-F]{40}$"))
		Expect(hash(`A\b.TXT`, "x")).To(Equal(one))
		Expect(hash("a/B.txt", "y")).NotTo(Equal(one))
		Expect(hash("a/C.txt", "x")).NotTo(Equal(one))
		Expect(hash("a/B.txt", "x", "c", "")).NotTo(Equal(one))
		Expect(smswire.LessName("a/b", `A\B`)).To(BeZero())
		Expect(smswire.LessName("a", "b")).To(BeNumerically("<", 0))
	})
})
