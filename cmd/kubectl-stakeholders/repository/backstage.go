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
	"strings"

	routing "github.com/stakeholders-dev/stakeholder-operator/api/routing/v1alpha1"
)

// CatalogPath is the path of the file of Catalog. Backstage looks for this name.
const CatalogPath = "catalog-info.yaml"

// Annotations of the entities.
const (
	// AnnotationMap is on every entity: namespace/name of the StakeholderMap.
	AnnotationMap = annotationPrefix + "map"
	// AnnotationMarket is on the System: B2B, B2C or Internal.
	AnnotationMarket = annotationPrefix + "market"
	// AnnotationCustomers is on the System: a reference to the entity of the customers.
	AnnotationCustomers = annotationPrefix + "customers"
	// AnnotationEndUsers is on the System: a reference to the entity of the end users.
	AnnotationEndUsers = annotationPrefix + "end-users"
	// AnnotationProductOwner is on the System: a reference to the entity of the product owner.
	AnnotationProductOwner = annotationPrefix + "product-owner"
	// AnnotationDevelopmentTeam is on the System: a reference to the entity of the development team.
	AnnotationDevelopmentTeam = annotationPrefix + "development-team"
	// AnnotationParty is on the entity of a party: its name in the map.
	AnnotationParty = annotationPrefix + "party"
	// AnnotationOrganization is on the entity of a party: its organization.
	AnnotationOrganization = annotationPrefix + "organization"
	// AnnotationSegment is on the entity of a party of end users: its segment.
	AnnotationSegment = annotationPrefix + "segment"
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
	namespace   = regexp.MustCompile(`^[a-z0-9]([-a-z0-9]*[a-z0-9])?$`)
	entityOwner = regexp.MustCompile(`^(user|group):[a-z0-9]([-a-z0-9]*[a-z0-9])?/[A-Za-z0-9]([-A-Za-z0-9_.]*[A-Za-z0-9])?$`)
)

// Catalog renders a catalog-info.yaml file for Backstage. The product is a System, and the product owner is a User, or
// a Group if it is not exactly one person. Customers and end users are a Group each, with a Group for every party, and
// the development team is a Group. The System belongs to the product owner or, without one, to the customers. Names of
// entities are <map>_<role>_<party>; a name above 63 characters is cut and gets a digest.
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
	team, teamRef := c.team()
	system := c.system()
	system.annotate(AnnotationCustomers, customers[0].ref())
	system.annotate(AnnotationEndUsers, endUsers[0].ref())
	system.annotate(AnnotationProductOwner, ownerRef)
	system.annotate(AnnotationDevelopmentTeam, teamRef)
	system.Spec["owner"] = cmp.Or(ownerRef, customers[0].ref())

	var file strings.Builder
	file.WriteString(header(table))
	for _, list := range [][]entity{{system}, owner, customers, endUsers, team} {
		for i := range list {
			file.WriteString("---\n")
			file.Write(marshal(list[i]))
		}
	}
	c.out.Files = []File{{Path: CatalogPath, Content: []byte(file.String())}}
	return c.out.sorted(), nil
}

func isNamespace(s string) bool { return len(s) <= 63 && namespace.MatchString(s) }
