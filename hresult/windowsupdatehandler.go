package hresult

// Further codes of the Windows Update agent, as wuerror.h spells them: installing.
const (
	WU_E_UH_REMOTEUNAVAILABLE            HRESULT = 0x80242000
	WU_E_UH_LOCALONLY                    HRESULT = 0x80242001
	WU_E_UH_UNKNOWNHANDLER               HRESULT = 0x80242002
	WU_E_UH_REMOTEALREADYACTIVE          HRESULT = 0x80242003
	WU_E_UH_WRONGHANDLER                 HRESULT = 0x80242005
	WU_E_UH_CANREQUIREINPUT              HRESULT = 0x8024200A
	WU_E_UH_FALLBACKTOSELFCONTAINED      HRESULT = 0x8024200C
	WU_E_UH_NEEDANOTHERDOWNLOAD          HRESULT = 0x8024200D
	WU_E_UH_NOTIFYFAILURE                HRESULT = 0x8024200E
	WU_E_UH_INCONSISTENT_FILE_NAMES      HRESULT = 0x8024200F
	WU_E_UH_FALLBACKERROR                HRESULT = 0x80242010
	WU_E_UH_TOOMANYDOWNLOADREQUESTS      HRESULT = 0x80242011
	WU_E_UH_UNEXPECTEDCBSRESPONSE        HRESULT = 0x80242012
	WU_E_UH_BADCBSPACKAGEID              HRESULT = 0x80242013
	WU_E_UH_POSTREBOOTSTILLPENDING       HRESULT = 0x80242014
	WU_E_UH_POSTREBOOTRESULTUNKNOWN      HRESULT = 0x80242015
	WU_E_UH_POSTREBOOTUNEXPECTEDSTATE    HRESULT = 0x80242016
	WU_E_UH_NEW_SERVICING_STACK_REQUIRED HRESULT = 0x80242017
	WU_E_UH_UNEXPECTED                   HRESULT = 0x80242FFF
)

func windowsUpdateHandlerTable() []Info {
	return []Info{
		{WU_E_UH_REMOTEUNAVAILABLE, "WU_E_UH_REMOTEUNAVAILABLE", "no remote process for the handler", "try again", srcWUComponents, true},
		{WU_E_UH_LOCALONLY, "WU_E_UH_LOCALONLY", "the handler works locally only", "install it on the PC itself", srcWUComponents, true},
		{WU_E_UH_UNKNOWNHANDLER, "WU_E_UH_UNKNOWNHANDLER", "the update's handler is not known", "check the handler in the metadata", srcWUComponents, true},
		{WU_E_UH_REMOTEALREADYACTIVE, "WU_E_UH_REMOTEALREADYACTIVE", "a remote handler is there already", "wait for it to end", srcWUComponents, true},
		{WU_E_UH_WRONGHANDLER, "WU_E_UH_WRONGHANDLER", "the wrong handler was asked", "check the handler in the metadata", srcWUComponents, true},
		{WU_E_UH_CANREQUIREINPUT, "WU_E_UH_CANREQUIREINPUT", "the update may ask questions", "install it where somebody can answer", srcWUComponents, true},
		{WU_E_UH_FALLBACKTOSELFCONTAINED, "WU_E_UH_FALLBACKTOSELFCONTAINED", "the whole file is wanted, not the delta", "the agent downloads the whole file", srcWUComponents, true},
		{WU_E_UH_NEEDANOTHERDOWNLOAD, "WU_E_UH_NEEDANOTHERDOWNLOAD", "the update has to be downloaded again", "download it again", srcWUComponents, true},
		{WU_E_UH_NOTIFYFAILURE, "WU_E_UH_NOTIFYFAILURE", "the handler could not tell how it went", "read the installer's log", srcWUComponents, true},
		{WU_E_UH_INCONSISTENT_FILE_NAMES, "WU_E_UH_INCONSISTENT_FILE_NAMES", "metadata and package name other files", "check the update on the server", srcWUComponents, true},
		{WU_E_UH_FALLBACKERROR, "WU_E_UH_FALLBACKERROR", "the whole file could not be used in place of the delta", "download it again", srcWUComponents, true},
		{WU_E_UH_TOOMANYDOWNLOADREQUESTS, "WU_E_UH_TOOMANYDOWNLOADREQUESTS", "the handler wanted too many downloads", "check the update on the server", srcWUComponents, true},
		{WU_E_UH_UNEXPECTEDCBSRESPONSE, "WU_E_UH_UNEXPECTEDCBSRESPONSE", "the component store answered oddly", "read its log", srcWUComponents, true},
		{WU_E_UH_BADCBSPACKAGEID, "WU_E_UH_BADCBSPACKAGEID", "the package's identifier is not valid", "check the update on the server", srcWUComponents, true},
		{WU_E_UH_POSTREBOOTSTILLPENDING, "WU_E_UH_POSTREBOOTSTILLPENDING", "work after the restart still goes on", "wait for it to end", srcWUComponents, true},
		{WU_E_UH_POSTREBOOTRESULTUNKNOWN, "WU_E_UH_POSTREBOOTRESULTUNKNOWN", "how the work after the restart went is not known", "scan again", srcWUComponents, true},
		{WU_E_UH_POSTREBOOTUNEXPECTEDSTATE, "WU_E_UH_POSTREBOOTUNEXPECTEDSTATE", "the update is in an odd state after the restart", "scan again", srcWUComponents, true},
		{WU_E_UH_NEW_SERVICING_STACK_REQUIRED, "WU_E_UH_NEW_SERVICING_STACK_REQUIRED", "the servicing stack has to be updated first", "install its update first", srcWUComponents, true},
		{WU_E_UH_UNEXPECTED, "WU_E_UH_UNEXPECTED", "a failure of the handler without a code of its own", "read the installer's log", srcWUComponents, true},
	}
}
