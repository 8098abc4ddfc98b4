package sms

import "slices"

// What the exit code of a program means, by the defaults of the client's class
// CCM_SoftwareDistributionClientConfig: SuccessReturnCodes, RebootReturnCodes (KB 263700
// names the same) and ExecutionFailureRetryErrorCodes.
var (
	successCodes = []int{0}
	rebootCodes  = []int{1604, 1641, 3010, 3011}
	retryCodes   = []int{4, 5, 8, 13, 14, 39, 51, 53, 54, 55, 59, 64, 65, 67, 70, 71, 85, 86, 87, 112, 128, 170, 267, 999,
		1003, 1203, 1219, 1220, 1222, 1231, 1232, 1238, 1265, 1311, 1323, 1326, 1330, 1618, 1622, 2250}
)

// Meaning says what follows from an exit code.
type Meaning string

// The meanings of exit codes.
const (
	MeansSuccess Meaning = "success"
	MeansReboot  Meaning = "reboot"
	MeansRetry   Meaning = "retry"
	MeansFailure Meaning = "failure"
)

// MeaningOf gives the meaning of an exit code.
func MeaningOf(exit int) Meaning {
	switch {
	case slices.Contains(successCodes, exit):
		return MeansSuccess
	case slices.Contains(rebootCodes, exit):
		return MeansReboot
	case slices.Contains(retryCodes, exit):
		return MeansRetry
	}
	return MeansFailure
}
