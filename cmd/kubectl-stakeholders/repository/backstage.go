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

package repository

import (
	"cmp"
	"fmt"
	"regexp"
	"slices"
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
)

// CatalogPath is the path of the file of Catalog. Backstage looks for this name.
const CatalogPath = "catalog-info.yaml"

// Annotations of the entities.
const (
	// AnnotationMap is on every entity: namespace/name of the StakeholderMap.
	AnnotationMap = annotationPrefix + "map"
	// AnnotationMarket is on the System: B2B, B2C or Internal.
	AnnotationMarket = annotationPrefix + "market"
	// AnnotationCustomers, AnnotationEndUsers and AnnotationProductOwner are on the System: references to entities.
	AnnotationCustomers    = annotationPrefix + "customers"
	AnnotationEndUsers     = annotationPrefix + "end-users"
	AnnotationProductOwner = annotationPrefix + "product-owner"
	// AnnotationParty, AnnotationOrganization and AnnotationSegment are on the entity of a party, with the map's values.
	AnnotationParty        = annotationPrefix + "party"
	AnnotationOrganization = annotationPrefix + "organization"
	AnnotationSegment      = annotationPrefix + "segment"
	// AnnotationTopics is on the entity of a party: the topics that it receives, separated by commas.
	AnnotationTopics = annotationPrefix + "topics"
	// AnnotationHandle is a prefix. With the name of a system, such as slack, it is on the entity of a party: its
	// handle there.
	AnnotationHandle = annotationPrefix + "handle-"

	annotationPrefix = "stakeholders.dev/"
)

// CatalogOptions configure Catalog.
type CatalogOptions struct {
	// Namespace is the namespace of the entities in Backstage. The default is that of the StakeholderMap, so that maps
	// of the same name do not collide.
	Namespace string
	// Owner is the entity that owns the System, such as user:default/dana, if the catalog has it already. By default,
	// Catalog renders an entity for the product owner.
	Owner string
}

var (
	// entityName matches the names that Backstage accepts, in lower case, because it ignores case.
	entityName  = regexp.MustCompile(`^[a-z0-9]([-a-z0-9_.]*[a-z0-9])?$`)
	namespace   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	entityOwner = regexp.MustCompile(`^(user|group):[a-z0-9]([-a-z0-9]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
	// Backstage puts an address into a mailto: link as it is. There, a question mark starts headers, such as a copy to
	// another address.
	mailable   = regexp.MustCompile(`^[A-Za-z0-9.!$'*+/^_{|}~-]+@[A-Za-z0-9.-]+$`)
	handleName = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]{0,30}[a-z0-9])?$`)
)

// entity is one document of the file.
type entity struct {
	APIVersion string         `json:"apiVersion"`
	Kind       string         `json:"kind"`
	Metadata   entityMetadata `json:"metadata"`
	Spec       map[string]any `json:"spec"`
}

type entityMetadata struct {
	Name        string            `json:"name"`
	Namespace   string            `json:"namespace"`
	Title       string            `json:"title,omitempty"`
	Description string            `json:"description,omitempty"`
	Annotations map[string]string `json:"annotations"`
}

// catalog collects the content of the file.
type catalog struct {
	out       Output
	table     *routing.RoutingTable
	namespace string
}

// Catalog renders a catalog-info.yaml file for Backstage. The product is a System, and the product owner is a User, or
// a Group if it is not exactly one person. Customers and end users are a Group each, with a Group for every party. The
// System belongs to the product owner or, without one, to the customers. Names of entities are <map>_<role>_<party>; a
// name above 63 characters is cut and gets a digest.
//
// The error wraps ErrOptions.
func Catalog(table *routing.RoutingTable, options CatalogOptions) (Output, error) {
	if options.Namespace != "" && !isNamespace(options.Namespace) {
		return Output{}, fmt.Errorf("%w: Backstage takes no namespace %q: use at most 63 lower-case letters, digits and '-'", ErrOptions, options.Namespace)
	}
	if options.Owner != "" && !entityOwner.MatchString(options.Owner) {
		return Output{}, fmt.Errorf("%w: the owner %q refers to no entity of Backstage: use user:<namespace>/<name> or group:<namespace>/<name>", ErrOptions, options.Owner)
	}
	c := &catalog{table: table, namespace: cmp.Or(options.Namespace, table.Source.Namespace)}
	if !isNamespace(c.namespace) {
		c.out.found(CatalogPath, CodeNotCarried, "Backstage takes no namespace "+quoted(c.namespace)+": its default is used; name another in the options")
		c.namespace = "default"
	}
	customers := c.role(roleCustomer, "customers", "customer")
	endUsers := c.role(roleEndUser, "end-users", "end-user")
	owner, ownerRef := c.owner(options.Owner)
	system := c.system()
	system.annotate(AnnotationCustomers, customers[0].ref())
	system.annotate(AnnotationEndUsers, endUsers[0].ref())
	system.annotate(AnnotationProductOwner, ownerRef)
	system.Spec["owner"] = cmp.Or(ownerRef, customers[0].ref())

	var file strings.Builder
	file.WriteString(header(table))
	for _, list := range [][]entity{{system}, owner, customers, endUsers} {
		for i := range list {
			file.WriteString("---\n")
			file.Write(marshal(list[i]))
		}
	}
	c.out.Files = []File{{Path: CatalogPath, Content: []byte(file.String())}}
	return c.out.sorted(), nil
}

func isNamespace(s string) bool { return len(s) <= 63 && namespace.MatchString(s) }

// topicsOf returns the names of the topics that a party receives, in the order of the table.
func topicsOf(table *routing.RoutingTable, party *routing.Party) []string {
	isParty := func(p routing.Party) bool { return p.Role == party.Role && p.Name == party.Name }
	var out []string
	for i := range table.Topics {
		if slices.ContainsFunc(table.Topics[i].To, isParty) {
			out = append(out, table.Topics[i].Name)
		}
	}
	return out
}

func (c *catalog) entity(kind, name, title string, spec map[string]any) entity {
	return entity{
		APIVersion: "backstage.io/v1alpha1", Kind: kind,
		Metadata: entityMetadata{
			Name: name, Namespace: c.namespace, Title: oneLine(title),
			Annotations: map[string]string{AnnotationMap: oneLine(c.table.Source.Namespace + "/" + c.table.Source.Name)},
		},
		Spec: spec,
	}
}

// ref returns the reference to an entity.
func (e *entity) ref() string {
	return strings.ToLower(e.Kind) + ":" + e.Metadata.Namespace + "/" + e.Metadata.Name
}

func (c *catalog) system() entity {
	product := &c.table.Product
	system := c.entity("System", nameOf(c.table.Source.Name), product.DisplayName, map[string]any{})
	system.Metadata.Description = oneLine(product.Description)
	system.annotate(AnnotationMarket, product.Market)
	return system
}

// annotate adds an annotation, if there is a value.
func (e *entity) annotate(key, value string) {
	if value = oneLine(value); value != "" {
		e.Metadata.Annotations[key] = value
	}
}

// role returns the Group of a role and, after it, the Groups of its parties.
func (c *catalog) role(role, suffix, groupType string) []entity {
	title := c.table.Product.DisplayName + ": " + strings.ReplaceAll(suffix, "-", " ")
	group := c.entity("Group", nameOf(c.table.Source.Name, suffix), title, map[string]any{"type": suffix})
	parties := partiesOf(c.table, role)
	groups, children := make([]entity, 0, 1+len(parties)), make([]string, 0, len(parties))
	groups = append(groups, group)
	for i := range parties {
		party := c.party("Group", nameOf(c.table.Source.Name, suffix, parties[i].Name), &parties[i])
		party.Spec["type"], party.Spec["children"], party.Spec["parent"] = groupType, []string{}, group.ref()
		children = append(children, party.ref())
		groups = append(groups, party)
	}
	group.Spec["children"] = children
	return groups
}

// owner returns the entity of the product owner, if the catalog needs one, and a reference to it.
func (c *catalog) owner(known string) (entities []entity, ref string) {
	if known != "" {
		return nil, known
	}
	parties := partiesOf(c.table, roleProductOwner)
	if len(parties) == 0 {
		return nil, ""
	}
	// A map has at most one product owner.
	owner := &parties[0]
	kind := "Group"
	if len(owner.Subjects) == 1 && owner.Subjects[0].Kind == string(v1alpha1.SubjectUser) {
		kind = "User"
	}
	e := c.party(kind, nameOf(c.table.Source.Name, "product-owner"), owner)
	if kind == "User" {
		e.Spec["memberOf"] = []string{}
	} else {
		e.Spec["type"], e.Spec["children"] = "product-owner", []string{}
	}
	return []entity{e}, e.ref()
}

// party returns the entity of a party, without the fields of its kind.
func (c *catalog) party(kind, name string, party *routing.Party) entity {
	spec, profile := map[string]any{}, map[string]any{}
	e := c.entity(kind, name, label(party), spec)
	if display := oneLine(label(party)); display != "" {
		profile["displayName"] = display
	}
	e.annotate(AnnotationParty, party.Name)
	e.annotate(AnnotationOrganization, party.Organization)
	e.annotate(AnnotationSegment, party.Segment)
	e.annotate(AnnotationTopics, strings.Join(topicsOf(c.table, party), ","))
	for _, handle := range party.Handles {
		if !handleName.MatchString(handle.System) || handle.Value == "" || oneLine(handle.Value) != handle.Value {
			c.out.found(CatalogPath, CodeNotCarried, who(party)+" has the "+quoted(handle.System)+" handle "+quoted(handle.Value)+", which is left out: use one line of printable characters")
			continue
		}
		e.annotate(AnnotationHandle+handle.System, handle.Value)
		if handle.System != emailSystem {
			continue
		}
		if !mailable.MatchString(handle.Value) {
			c.out.found(CatalogPath, CodeNotCarried, who(party)+" has the e-mail address "+quoted(handle.Value)+
				", of which a link (mailto:) would make more than an address: it stands in an annotation only; use an address without ? & % = and #")
			continue
		}
		profile["email"] = handle.Value
	}
	if len(profile) > 0 {
		spec["profile"] = profile
	}
	return e
}
