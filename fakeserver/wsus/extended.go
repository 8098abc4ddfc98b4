package wsus

import (
	"crypto/sha1"
	"net/http"
	"slices"
	"strings"

	"github.com/wualab/wualab/wusp"
)

// getExtendedUpdateInfo: MS-WUSP 3.1.5.9.
func (s *Server) getExtendedUpdateInfo(r *http.Request, m *wusp.GetExtendedUpdateInfo) (any, error) {
	st, err := s.check(m.Cookie)
	if err != nil {
		return nil, err
	}
	if len(m.RevisionIDs) > s.cfg.MaxExtendedUpdates {
		return nil, fail(wusp.InvalidParameters, "revisionIDs")
	}
	if err := checkTypes(m.InfoTypes, m.Locales); err != nil {
		return nil, err
	}
	scope := s.scope(st.Groups)
	out := &wusp.ExtendedUpdateInfo{}
	for _, id := range m.RevisionIDs {
		revision := s.catalogue.byID[id]
		if revision == nil || scope[revision.identity().UpdateID] == nil {
			out.OutOfScopeRevisionIDs = append(out.OutOfScopeRevisionIDs, id)
			continue
		}
		out.Updates = append(out.Updates, revision.data(m.InfoTypes, m.Locales)...)
		out.FileLocations = append(out.FileLocations, s.locations(r, revision)...)
	}
	return wusp.GetExtendedUpdateInfoResponse{Result: out}, nil
}

// getExtendedUpdateInfo2: MS-WUSP 2.2.2.2.10.
func (s *Server) getExtendedUpdateInfo2(r *http.Request, m *wusp.GetExtendedUpdateInfo2) (any, error) {
	st, err := s.check(m.Cookie)
	if err != nil {
		return nil, err
	}
	if err := checkTypes(m.InfoTypes, m.Locales); err != nil {
		return nil, err
	}
	scope := s.scope(st.Groups)
	out := &wusp.ExtendedUpdateInfo2{}
	for _, id := range m.UpdateIDs {
		if d := scope[id.UpdateID]; d != nil && d.identity() == id {
			out.Updates = append(out.Updates, d.data(m.InfoTypes, m.Locales)...)
			out.FileLocations = append(out.FileLocations, s.locations(r, d.revision)...)
		}
	}
	return wusp.GetExtendedUpdateInfo2Response{Result: out}, nil
}

func checkTypes(types []wusp.FragmentType, locales []string) error {
	switch {
	case len(types) == 0:
		return fail(wusp.InvalidParameters, "infoTypes")
	case len(locales) == 0 && (slices.Contains(types, wusp.FragmentLocalizedProperties) || slices.Contains(types, wusp.FragmentEula)):
		return fail(wusp.InvalidParameters, "locales")
	}
	return nil
}

// data gives the fragments of a revision that were asked for, one each.
func (r *revision) data(types []wusp.FragmentType, locales []string) (list []wusp.UpdateData) {
	add := func(text string) {
		if text != "" {
			list = append(list, wusp.UpdateData{ID: r.id, XML: text})
		}
	}
	for _, t := range types {
		switch t {
		case wusp.FragmentCore:
			add(r.fragments.Core)
		case wusp.FragmentExtended:
			add(r.fragments.Extended)
		case wusp.FragmentLocalizedProperties:
			add(localized(r.fragments.Localized, locales))
		case wusp.FragmentEula:
			add(localized(r.fragments.Eula, locales))
		}
	}
	return list
}

// localized gives the first text that fits a locale, by the whole of it or by its
// language, else the English one, which a service should always have.
func localized(texts map[string]string, locales []string) string {
	for _, locale := range append(slices.Clone(locales), "en") {
		locale = strings.ToLower(locale)
		if text, ok := texts[locale]; ok {
			return text
		}
		language, _, _ := strings.Cut(locale, "-")
		if text, ok := texts[language]; ok {
			return text
		}
	}
	return ""
}

func (s *Server) locations(r *http.Request, of *revision) (list []wusp.FileLocation) {
	for i, f := range of.update.Files {
		list = append(list, wusp.FileLocation{FileDigest: f.Digest, URL: s.base(r) + of.files[i]})
	}
	return list
}

// base is scheme and host of the files.
func (s *Server) base(r *http.Request) string {
	if s.cfg.ContentURL != "" {
		return strings.TrimSuffix(s.cfg.ContentURL, "/")
	}
	if r.TLS != nil {
		return "https://" + r.Host
	}
	return "http://" + r.Host
}

// getFileLocations: MS-WUSP 3.1.5.10.
func (s *Server) getFileLocations(r *http.Request, m *wusp.GetFileLocations) (any, error) {
	st, err := s.check(m.Cookie)
	if err != nil {
		return nil, err
	}
	if len(m.FileDigests) == 0 {
		return nil, fail(wusp.InvalidParameters, "fileDigests")
	}
	out := &wusp.GetFileLocationsResults{NewCookie: s.newCookie(st)}
	for _, digest := range m.FileDigests {
		if len(digest) != sha1.Size {
			return nil, fail(wusp.InvalidParameters, "fileDigests")
		}
		if path, ok := s.catalogue.paths[string(digest)]; ok {
			out.FileLocations = append(out.FileLocations, wusp.FileLocation{FileDigest: digest, URL: s.base(r) + path})
		}
	}
	return wusp.GetFileLocationsResponse{Result: out}, nil
}
