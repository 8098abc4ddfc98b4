package metadata

import (
	"github.com/wualab/wualab/boundedxml"
	"github.com/wualab/wualab/wusp"
)

// extended reads what is for installing; properties is how the element is named here.
func (p *parser) extended(child func(string) *boundedxml.Element, properties string) (x Extended) {
	if e := child(properties); e != nil {
		x.Handler = attribute(e, "Handler")
		x.DefaultPropertiesLang = attribute(e, "DefaultPropertiesLanguage")
		x.MaxDownloadSize = p.optionalNumber(e, "MaxDownloadSize")
		x.MinDownloadSize = p.optionalNumber(e, "MinDownloadSize")
		x.MsrcSeverity = attribute(e, "MsrcSeverity")
		x.KBArticleIDs = textsOf(e, "KBArticleID")
		x.SecurityBulletinIDs = textsOf(e, "SecurityBulletinID")
		x.SupportURL = textOf(e, "SupportUrl")
		x.InstallationBehavior = p.behavior(e.Child("InstallationBehavior"))
		x.UninstallBehavior = p.behavior(e.Child("UninstallationBehavior"))
	}
	if e := child("Files"); e != nil {
		for _, f := range e.All("File") {
			x.Files = append(x.Files, p.file(f))
		}
	}
	if e := child("HandlerSpecificData"); e != nil {
		x.HandlerSpecificData = ruleOf(e)
	}
	return x
}

func (p *parser) behavior(e *boundedxml.Element) *Behavior {
	if e == nil {
		return nil
	}
	return &Behavior{RebootBehavior: attribute(e, "RebootBehavior"), Impact: attribute(e, "Impact"),
		CanRequestUserInput: p.boolean(e, "CanRequestUserInput"), RequiresNetworkConnectivity: p.boolean(e, "RequiresNetworkConnectivity")}
}

func (p *parser) file(e *boundedxml.Element) File {
	f := File{Name: attribute(e, "FileName"), Size: p.number(e, "Size"), DigestAlgorithm: attribute(e, "DigestAlgorithm"),
		Digest: p.digest(e, attribute(e, "Digest")), PatchingType: attribute(e, "PatchingType")}
	if f.Name == "" || len(f.Digest) == 0 {
		p.fail(e, "a file has FileName, Size and Digest")
	}
	if text := attribute(e, "Modified"); text != "" {
		if err := f.Modified.UnmarshalText([]byte(text)); err != nil {
			p.fail(e, "Modified: "+err.Error())
		}
	}
	for _, more := range e.All("AdditionalDigest") {
		if f.Additional == nil {
			f.Additional = map[string]wusp.Binary{}
		}
		f.Additional[attribute(more, "Algorithm")] = p.digest(more, more.Text)
	}
	return f
}

func (p *parser) eula(e *boundedxml.Element) EulaFile {
	f := EulaFile{File: p.file(e), Language: attribute(e, "Language")}
	if f.Language == "" {
		p.fail(e, "EulaFile has a Language")
	}
	return f
}

func (p *parser) localized(e *boundedxml.Element) Localized {
	l := Localized{Language: textOf(e, "Language"), Title: textOf(e, "Title"), Description: textOf(e, "Description"),
		MoreInfoURL: textsOf(e, "MoreInfoUrl"), SupportURL: textOf(e, "SupportUrl")}
	if l.Language == "" {
		p.fail(e, "LocalizedProperties has a Language")
	}
	return l
}
