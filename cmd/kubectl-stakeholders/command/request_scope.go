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

package command

import (
	"context"
	"errors"
	"slices"
	"strings"

	"github.com/spf13/cobra"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/failure"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
)

// scope says in which namespaces a list looks: in all, unless there is -n.
type scope struct{ all bool }

// allNamespaces is the flag of commands that look in several namespaces.
const allNamespaces = "all-namespaces"

// scopeHelp is the part of the help about it.
const scopeHelp = "The command looks in all namespaces, or in the current namespace if you may not list all. -n selects namespaces: separate\nseveral by commas."

func (s *scope) addTo(cmd *cobra.Command) {
	cmd.Flags().BoolVarP(&s.all, allNamespaces, "A", false, "Look in all namespaces, which is the default, also if there is -n.")
}

// namespacesOf returns the namespaces of -n, which can be several here, and leaves the first of them for everything else. It returns
// none for all namespaces.
func (e *environment) namespacesOf(s scope) []string {
	var out []string
	for _, namespace := range splitNamespaces(*e.flags.Namespace) {
		if namespace != "" && !slices.Contains(out, namespace) {
			out = append(out, namespace)
		}
	}
	if len(out) > 0 {
		*e.flags.Namespace = out[0]
	}
	if s.all {
		return nil
	}
	return out
}

func splitNamespaces(text string) []string {
	namespaces := strings.Split(text, ",")
	for i := range namespaces {
		namespaces[i] = strings.TrimSpace(namespaces[i])
	}
	return namespaces
}

// eachRequest calls f for every request of some namespaces that the fields select. Without namespaces, it looks in all, or in the
// current one if the user may not list all, and says so.
func (e *environment) eachRequest(
	ctx context.Context, c *cluster.Cluster, namespaces []string, fields client.MatchingFields, f func(*v1alpha1.StakeholderRequest) error,
) error {
	progress := e.Progress("Reading requests")
	defer progress.Done()
	n := 0
	count := func(r *v1alpha1.StakeholderRequest) error {
		n++
		progress.Update(n)
		return f(r)
	}
	if len(namespaces) == 0 {
		err := c.EachRequest(ctx, "", fields, count)
		if !cluster.IsForbidden(err) {
			return err
		}
		namespaces = []string{c.Namespace}
		e.note("You may not list requests in all namespaces, so this is namespace " + c.Namespace + " only.")
	}
	for _, namespace := range namespaces {
		if err := c.EachRequest(ctx, namespace, fields, count); err != nil {
			return err
		}
	}
	return nil
}

// summaryOf returns a request without the texts that no list shows, so that thousands fit in memory.
func summaryOf(r *v1alpha1.StakeholderRequest) *v1alpha1.StakeholderRequest {
	summary := *r
	summary.ManagedFields, summary.Spec.Description, summary.Spec.Links = nil, "", nil
	return &summary
}

// requestedProduct is the product that requests are about. Its map may be gone.
type requestedProduct struct {
	client.ObjectKey

	// m is nil if the map cannot be read.
	m *v1alpha1.StakeholderMap
	// gone says that there is no such map.
	gone bool
}

// errFound ends a search.
var errFound = errors.New("found")

// productOfRequests returns the product that a user names. Requests outlive their map, so that the name of one that is gone is
// enough if there are requests about it, and also if the user may not read maps.
func productOfRequests(ctx context.Context, c *cluster.Cluster, name string) (requestedProduct, error) {
	m, err := c.FindMap(ctx, name)
	if err == nil {
		return requestedProduct{ObjectKey: client.ObjectKeyFromObject(m), m: m}, nil
	}
	namespace, mapName, keyErr := inquiry.Key(name, c.Namespace)
	out := requestedProduct{ObjectKey: client.ObjectKey{Namespace: namespace, Name: mapName}}
	switch {
	case keyErr != nil:
		return out, err
	case cluster.IsForbidden(err):
		return out, nil
	case failure.Code(err) != failure.CodeUsage:
		return out, err
	}
	listed := c.EachRequest(ctx, namespace, client.MatchingFields{"spec.map": mapName}, func(*v1alpha1.StakeholderRequest) error { return errFound })
	if !errors.Is(listed, errFound) {
		return out, err
	}
	out.gone = true
	return out, nil
}
