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

package prow_test

import (
	"bytes"
	"os"
	"path/filepath"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/sirupsen/logrus"
	"k8s.io/apimachinery/pkg/util/sets"
	prowconfig "sigs.k8s.io/prow/pkg/config"
	"sigs.k8s.io/prow/pkg/git/v2"
	"sigs.k8s.io/prow/pkg/github"
	"sigs.k8s.io/prow/pkg/plugins/approve/approvers"
	"sigs.k8s.io/prow/pkg/plugins/ownersconfig"
	"sigs.k8s.io/prow/pkg/repoowners"
)

// checkout is a repository that Prow has checked out. Prow does not use the missing methods.
type checkout struct {
	git.ClientFactory
	git.RepoClient
	folder string
}

func (c checkout) ClientFor(string, string) (git.RepoClient, error) { return c, nil }
func (c checkout) Checkout(string) error                            { return nil }
func (c checkout) Directory() string                                { return c.folder }
func (c checkout) Clean() error                                     { return nil }

// site is GitHub with a repository that some users may write to. Prow does not use the missing methods.
type site struct {
	github.Client
	collaborators []string
}

func (s site) GetRef(string, string, string) (string, error) { return "0123456789abcdef", nil }

func (s site) ListCollaborators(string, string) ([]github.User, error) {
	users := make([]github.User, len(s.collaborators))
	for i, login := range s.collaborators {
		users[i].Login = login
	}
	return users, nil
}

// repository has the renderer's aliases, and a file OWNERS in docs that names an alias as its approvers.
type repository struct {
	alias          string
	noParentOwners bool
	// skipCollaborators is whether Prow accepts members who may not write to the repository.
	skipCollaborators bool
	// nobody replaces the login that no user can have, if it is not empty.
	nobody string
}

// approvedBy asks Prow whether a change of docs/budget.md is approved after some users have approved it.
func (r repository) approvedBy(t *testing.T, logins ...string) bool {
	t.Helper()
	folder := t.TempDir()
	aliases, err := os.ReadFile(filepath.Join("..", "..", "cmd", "kubectl-stakeholders", "repository", "testdata", "on-github", "OWNERS_ALIASES"))
	if err != nil {
		t.Fatal(err)
	}
	if r.nobody != "" {
		aliases = bytes.ReplaceAll(aliases, []byte("-nobody-"), []byte(r.nobody))
	}
	owners := "approvers: [" + r.alias + "]\n"
	if r.noParentOwners {
		owners += "options: {no_parent_owners: true}\n"
	}
	for name, content := range map[string]string{"OWNERS": "approvers: [root]\n", "docs/OWNERS": owners, "OWNERS_ALIASES": string(aliases)} {
		path := filepath.Join(folder, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	client := repoowners.NewClient(checkout{folder: folder}, site{collaborators: []string{"root", "ines", "robot"}},
		func(string, string) bool { return false }, func(string, string) bool { return r.skipCollaborators },
		func() *prowconfig.OwnersDirDenylist { return &prowconfig.OwnersDirDenylist{} }, ownersconfig.FakeResolver)
	loaded, err := client.LoadRepoOwners("acme", "shop", "main")
	if err != nil {
		t.Fatal(err)
	}
	approval := approvers.NewApprovers(approvers.NewOwners(logrus.NewEntry(logrus.New()), []string{"docs/budget.md"}, loaded, 0))
	for _, login := range logins {
		approval.AddApprover(login, "", false)
	}
	return approval.IsApproved()
}

// TestParentsApproveInNobodysPlace asks Prow who approves if an alias is the only approver. For an alias without
// members, no approver of the parent folder approves, if the file and Prow's configuration are as the finding requires.
func TestParentsApproveInNobodysPlace(t *testing.T) {
	const somebody, nobody = "checkout-budget-approvers", "checkout-release-approvers"
	cases := map[string]struct {
		reason string
		in     repository
		want   []string
	}{
		"somebody": {
			"an alias of a user gives the file to that user", repository{alias: somebody, noParentOwners: true}, []string{"ines"},
		},
		"somebody, and parents": {
			"without no_parent_owners the parents' approvers approve, too", repository{alias: somebody}, []string{"ines", "root"},
		},
		"nobody": {
			"the only member is a login that no user can have, so there is no approver", repository{alias: nobody, noParentOwners: true, skipCollaborators: true}, nil,
		},
		"nobody, and parents": {
			"without no_parent_owners the parents' approvers approve", repository{alias: nobody, skipCollaborators: true}, []string{"root"},
		},
		"nobody, dropped": {
			"Prow drops a member who is not a collaborator, and then uses the parents' approvers: the finding says so",
			repository{alias: nobody, noParentOwners: true}, []string{"root"},
		},
		"nobody, by a robot": {
			"a collaborator who never approves stays", repository{alias: nobody, noParentOwners: true, nobody: "robot"}, []string{"robot"},
		},
	}
	for name, tc := range cases {
		t.Run(name, func(t *testing.T) {
			var got []string
			for _, login := range []string{"ines", "robot", "root", "-nobody-x"} {
				if tc.in.approvedBy(t, login) {
					got = append(got, login)
				}
			}
			if diff := cmp.Diff(tc.want, got); diff != "" {
				t.Errorf("%s (-want +got):\n%s", tc.reason, diff)
			}
		})
	}
}

// TestNoAliasIsEmpty makes Prow list the members of every alias in the files of all samples.
func TestNoAliasIsEmpty(t *testing.T) {
	for _, folder := range []string{"b2b", "b2c", "internal", "on-github", "hostile"} {
		aliases := aliasesOf(t, folder)
		if len(aliases) == 0 {
			t.Errorf("%s: there are no aliases", folder)
		}
		for alias := range aliases {
			if aliases.ExpandAliases(sets.New(alias)).Len() == 0 {
				t.Errorf("%s: %s has no members, which Prow treats as no approvers at all", folder, alias)
			}
		}
	}
}
