/*
Copyright 2026 The stakeholder-operator authors.

Licensed under the Apache License, Version 2.0 (the "License");
you may not use this file except in compliance with the License.
You may obtain a copy of the License at

    http://www.apache.org/licenses/LICENSE-2.0

Unless required by applicable law or agreed to in writing, software
distributed under the License is distributed on an "AS IS" BASIS,
WITHOUT WARRANTIES OR CONDITIONS OF ANY KIND, either express or implied.
See the License for the specific language governing permissions and
limitations under the License.
*/

package importer

import (
	"cmp"
	"maps"
	"slices"
	"strings"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/repository"
)

// exported makes a draft of a catalog that export has written. It has the parties of all roles.
func (c catalog) exported(system *Entity, o Options) *Draft {
	namespace, name, _ := strings.Cut(system.Metadata.Annotations[repository.AnnotationMap], "/")
	d := &Draft{
		Source: "the StakeholderMap " + label(namespace) + "/" + nameOfMap(name) + " in Backstage's catalog",
		Notes: []string{
			"TODO: The catalog does not say which users and groups of Kubernetes a party has. Add subjects to the parties that approve or ask for something in the cluster, and topics and windows to those that have any.",
		},
		Name: nameOfMap(name), Namespace: label(namespace), Product: cmp.Or(system.Metadata.Title, name), Description: system.Metadata.Description,
		Customers: c.parties(system, repository.AnnotationCustomers, maxCustomers),
		EndUsers:  c.parties(system, repository.AnnotationEndUsers, maxEndUsers),
	}
	if market := v1alpha1.Market(system.Metadata.Annotations[repository.AnnotationMarket]); slices.Contains(markets, market) {
		d.Market = market
	}
	c.exportedOwner(d, system)
	c.exportedTeam(d, system)
	d.apply(o)
	return d
}

var (
	markets  = []v1alpha1.Market{v1alpha1.MarketB2B, v1alpha1.MarketB2C, v1alpha1.MarketInternal}
	segments = []v1alpha1.Segment{v1alpha1.SegmentExternal, v1alpha1.SegmentInternal, v1alpha1.SegmentSystem}
)

// reference returns the full reference in an annotation, and the entity if it is there.
func (c catalog) reference(system *Entity, annotation string) (ref string, e *Entity) {
	ref = system.resolve(system.Metadata.Annotations[annotation], kindGroup)
	return ref, c.find(ref)
}

// parties returns those of the group of a role.
func (c catalog) parties(system *Entity, annotation string, most int) []Party {
	_, group := c.reference(system, annotation)
	if group == nil {
		return nil
	}
	children := c.children(group)
	used := map[string]bool{}
	out := make([]Party, 0, min(len(children), most))
	for _, e := range children[:min(len(children), most)] {
		p := exportedParty(e)
		p.Name = uniqueName(cmp.Or(p.Name, e.Metadata.Name), used)
		if len(p.Handles) == 0 {
			p.Notes = []string{"TODO: Which users or groups are they, or how are they reached? The catalog has no handles of theirs."}
		}
		out = append(out, p)
	}
	return out
}

// children returns the groups below a group, in the order of the files. Either of the two can say so.
func (c catalog) children(parent *Entity) []*Entity {
	var out []*Entity
	for _, e := range c {
		isChild := func(ref string) bool { return parent.resolve(ref, kindGroup) == e.ref() }
		if e.Kind == kindGroup && e != parent && (e.resolve(e.Spec.Parent, kindGroup) == parent.ref() || slices.ContainsFunc(parent.Spec.Children, isChild)) {
			out = append(out, e)
		}
	}
	return out
}

// exportedParty returns the party of an entity.
func exportedParty(e *Entity) Party {
	p := Party{
		Name: label(e.Metadata.Annotations[repository.AnnotationParty]), Organization: e.Metadata.Annotations[repository.AnnotationOrganization],
		Handles: e.exportedHandles(),
	}
	// A party without a display name has its name there.
	if title := cmp.Or(e.Metadata.Title, e.Spec.Profile.DisplayName); title != p.Name {
		p.DisplayName = title
	}
	if segment := v1alpha1.Segment(e.Metadata.Annotations[repository.AnnotationSegment]); slices.Contains(segments, segment) {
		p.Segment = segment
	}
	return p
}

// exportedHandles returns the handles in the annotations of an entity.
func (e *Entity) exportedHandles() []v1alpha1.Handle {
	var out []v1alpha1.Handle
	for _, key := range slices.Sorted(maps.Keys(e.Metadata.Annotations)) {
		system, isHandle := strings.CutPrefix(key, repository.AnnotationHandle)
		value := e.Metadata.Annotations[key]
		if isHandle && label(system) == system && value != "" && line(value, maxSubject) == value && len(out) < maxHandles {
			out = append(out, v1alpha1.Handle{System: system, Value: value})
		}
	}
	return out
}

func (c catalog) exportedOwner(d *Draft, system *Entity) {
	ref, e := c.reference(system, repository.AnnotationProductOwner)
	if e == nil {
		c.owner(d, ref, "")
		return
	}
	d.ProductOwner = exportedParty(e)
}

func (c catalog) exportedTeam(d *Draft, system *Entity) {
	if _, e := c.reference(system, repository.AnnotationDevelopmentTeam); e != nil {
		d.Team.Handles = e.exportedHandles()
	}
	if len(d.Team.Handles) == 0 {
		d.Team.Notes = append(d.Team.Notes, "TODO: The catalog has no handles of the team. Which group or channel is it? Or remove developmentTeam.")
	}
}
