// Package wualabtest has Gomega matchers for Go tests that use a simulated PC:
// what became of a job, and what crossed the wire.
//
// It stands beside scenarios, above agent/bits and transcript, whose jobs and
// records it reads. It models nothing.
//
//	job, err := pc.Download(ctx, "j1", "http://origin/update.cab")
//	Expect(err).NotTo(HaveOccurred())
//	Expect(job).To(wualabtest.HaveFailedWith(hresult.BG_E_HTTP_ERROR_407))
//	Expect(record).NotTo(wualabtest.HaveSentCredentials(credrule.Proxy))
//
// The matchers keep nothing between uses and are safe for concurrent use.
package wualabtest
