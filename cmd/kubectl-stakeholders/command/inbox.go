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
	"slices"
	"sync"
	"time"

	"github.com/spf13/cobra"
	"golang.org/x/sync/errgroup"
	"sigs.k8s.io/controller-runtime/pkg/client"

	"github.com/stakeholders-dev/stakeholder-operator/api/v1alpha1"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/cluster"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/inquiry"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/output"
	"github.com/stakeholders-dev/stakeholder-operator/cmd/kubectl-stakeholders/product"
)

func newInboxCommand(env *environment) *cobra.Command {
	var flags output.Flags
	var where scope
	cmd := &cobra.Command{
		Use:   "inbox",
		Short: "List the requests that wait for your answer",
		Long: `List the open requests that wait for your answer: those that a party for which you speak can still decide, and consultations on
which you have not commented. The one that is due first comes first. ANSWER has a command that answers, and with -o wide all of
them.

` + scopeHelp,
		Example: `  kubectl stakeholders inbox
  kubectl stakeholders inbox -n payments,shop
  kubectl stakeholders inbox -o wide`,
		Args:              takes("", 0, 0, "`kubectl stakeholders requests PRODUCT` lists all requests about a product"),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, _ []string) error {
			result, err := env.inbox(cmd.Context(), where)
			if err != nil {
				return err
			}
			return flags.Write(env.Terminal, result)
		},
	}
	flags.AddTo(cmd, nil, output.Name, output.Wide, output.NoHeaders)
	where.addTo(cmd)
	return cmd
}

// inbox finds what waits for the user.
func (e *environment) inbox(ctx context.Context, where scope) (*inboxList, error) {
	namespaces := e.namespacesOf(where)
	c, err := e.connect(false)
	if err != nil {
		return nil, err
	}
	me, err := c.WhoAmI(ctx)
	if err != nil {
		return nil, err
	}
	var open []*v1alpha1.StakeholderRequest
	pending := client.MatchingFields{"status.outcome": string(v1alpha1.OutcomePending)}
	err = e.eachRequest(ctx, c, namespaces, pending, func(r *v1alpha1.StakeholderRequest) error {
		open = append(open, summaryOf(r))
		return nil
	})
	if err != nil {
		return nil, err
	}
	search := &inboxSearch{cluster: c, me: me, now: e.now()}
	if err := search.readMaps(ctx, open); err != nil {
		return nil, err
	}
	slices.SortFunc(open, inquiry.CompareDue)
	result := &inboxList{TypeMeta: output.TypeMeta("Inbox"), User: me.User, Items: []inboxItem{}, namespace: c.Namespace, now: search.now}
	for _, r := range open {
		waiting, err := search.waitsFor(ctx, r)
		if err != nil {
			return nil, err
		}
		if waiting != nil {
			result.Items = append(result.Items, inboxItem{listedRequest: listed(r, search.now), For: waiting.Parties, Answers: waiting.Verdicts})
		}
	}
	return result, nil
}

// inboxSearch finds out which requests wait for a person.
type inboxSearch struct {
	cluster *cluster.Cluster
	me      product.Identity
	now     time.Time
	maps    map[client.ObjectKey]askedMap
	rights  map[string]bool
}

// readers is how many maps are read at the same time.
const readers = 8

// readMaps reads the maps that some requests ask about, each once.
func (s *inboxSearch) readMaps(ctx context.Context, open []*v1alpha1.StakeholderRequest) error {
	s.maps, s.rights = make(map[client.ObjectKey]askedMap), make(map[string]bool)
	wanted := make(map[client.ObjectKey]bool)
	for _, r := range open {
		wanted[mapKeyOf(r)] = true
	}
	group, ctx := errgroup.WithContext(ctx)
	group.SetLimit(readers)
	var lock sync.Mutex
	for key := range wanted {
		group.Go(func() error {
			m, err := readAskedMap(ctx, s.cluster, key, s.now)
			lock.Lock()
			defer lock.Unlock()
			s.maps[key] = m
			return err
		})
	}
	return group.Wait()
}

func mapKeyOf(r *v1alpha1.StakeholderRequest) client.ObjectKey {
	return client.ObjectKey{Namespace: r.Namespace, Name: r.Spec.Map}
}

// waitsFor returns what a request waits for from a user. If the user may not read the map, their rights decide.
func (s *inboxSearch) waitsFor(ctx context.Context, r *v1alpha1.StakeholderRequest) (*inquiry.Waiting, error) {
	key := mapKeyOf(r)
	if m := s.maps[key]; m.knows(r.Spec.Topic) {
		return inquiry.WaitsFor(r, m.Map, s.me, s.now), nil
	}
	var failed error
	waiting := inquiry.WaitsForRight(r, s.me, func(verb string) bool {
		right := verb + " " + key.String() + "/" + r.Spec.Topic
		if may, asked := s.rights[right]; asked {
			return may
		}
		verdict, err := s.cluster.May(ctx, cluster.Right{Map: key, Topic: r.Spec.Topic, Verb: verb})
		if err != nil {
			failed = err
			return false
		}
		s.rights[right] = verdict.Allowed
		return verdict.Allowed
	})
	return waiting, failed
}
