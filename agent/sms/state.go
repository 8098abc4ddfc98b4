package sms

import (
	"slices"
	"strings"
	"time"

	"github.com/wualab/wualab/hresult"
	"github.com/wualab/wualab/smswire"
)

// State is what a client keeps from one start to the next, as real ones do in WMI. It can
// be marshalled as JSON. The zero value is a client that never asked for policy.
type State struct {
	ClientID       string
	Cookie         string           // of the last policy
	Advertisements []Advertisement  // by ID
	Cache          []Cached         // by package
	Messages       []smswire.Status // that wait to be sent
}

// Progress says how far an advertisement has come.
type Progress string

// How far an advertisement has come.
const (
	Available     Progress = "available"      // it was not worked on yet
	Waiting       Progress = "waiting"        // for content, until NextTry
	Downloading   Progress = "downloading"    // a transfer is under way
	Retrying      Progress = "retrying"       // the program is to be run again at NextTry
	RebootPending Progress = "reboot-pending" // the program ran and wants a restart
	Succeeded     Progress = "succeeded"
	Failed        Progress = "failed"
)

// Advertisement is an advertisement with what became of it.
type Advertisement struct {
	smswire.SoftwareDistribution
	PolicyVersion string

	State    Progress
	HResult  hresult.HRESULT // of the last failure
	ExitCode int             // of the last run
	Runs     int
	Tries    int       // of the download, or of finding it
	NextTry  time.Time // of what waits
	Point    string    // distribution point that the content came from, or comes from now
	Job      string    // GUID of the BITS job that is under way
	From     string    // URL that the job's files lie beneath
}

// begin makes it one that was not worked on yet.
func (a *Advertisement) begin() {
	*a = Advertisement{SoftwareDistribution: a.SoftwareDistribution, PolicyVersion: a.PolicyVersion, State: Available, Job: a.Job, From: a.From, Point: a.Point}
}

// due says whether it is to be worked on.
func (a *Advertisement) due(now time.Time) bool {
	at, ok := a.wakes()
	return ok && !now.Before(at)
}

// wakes says when it is to be worked on.
func (a *Advertisement) wakes() (time.Time, bool) {
	switch a.State {
	case Available:
		return a.Active, a.Mandatory
	case Waiting, Retrying:
		return a.NextTry, true
	case Downloading: // from before a restart
		return time.Time{}, true
	}
	return time.Time{}, false
}

// Cached is a package in the client's cache.
type Cached struct {
	PackageID     string
	SourceVersion int
	Folder        string   // on the PC
	Files         []string // from the folder on, with backslashes
	Hash          string
}

// find gives an advertisement by its ID, nil when there is none.
func (s *State) find(id string) *Advertisement {
	for i := range s.Advertisements {
		if strings.EqualFold(s.Advertisements[i].AdvertisementID, id) {
			return &s.Advertisements[i]
		}
	}
	return nil
}

func (s *State) clone() *State {
	out := *s
	out.Advertisements = slices.Clone(s.Advertisements)
	out.Cache = slices.Clone(s.Cache)
	out.Messages = slices.Clone(s.Messages)
	return &out
}
