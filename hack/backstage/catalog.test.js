// Reads the golden files of cmd/kubectl-stakeholders/repository as Backstage does, and checks them with its own model.
import assert from 'node:assert/strict';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import {
  EntityPolicies,
  FieldFormatEntityPolicy,
  NoForeignRootFieldsEntityPolicy,
  SchemaValidEntityPolicy,
  getCompoundEntityRef,
  groupEntityV1alpha1Validator,
  parseEntityRef,
  stringifyEntityRef,
  systemEntityV1alpha1Validator,
  userEntityV1alpha1Validator,
} from '@backstage/catalog-model';
import { parseAllDocuments } from 'yaml';

const testdata = new URL('../../cmd/kubectl-stakeholders/repository/testdata/', import.meta.url);

const policies = EntityPolicies.allOf([
  new SchemaValidEntityPolicy(),
  new NoForeignRootFieldsEntityPolicy(),
  new FieldFormatEntityPolicy(),
]);

const kinds = {
  Group: groupEntityV1alpha1Validator,
  System: systemEntityV1alpha1Validator,
  User: userEntityV1alpha1Validator,
};

// judge throws if Backstage would not accept the entity.
async function judge(entity) {
  await policies.enforce(entity);
  assert.ok(Object.hasOwn(kinds, entity.kind), `${entity.kind} is none of the kinds that are expected`);
  // It returns false for another kind or version, and throws if the spec is wrong.
  assert.ok(await kinds[entity.kind].check(entity), `${entity.apiVersion} ${entity.kind} is unknown to Backstage`);
}

function entitiesOf(folder) {
  const text = readFileSync(new URL(`${folder}/catalog-info.yaml`, testdata), 'utf8');
  return parseAllDocuments(text, { merge: true }).map(document => {
    assert.deepEqual(document.errors, []);
    return document.toJS();
  });
}

// references are the entities that an entity refers to, with the kinds that Backstage assumes and those that it allows.
function references({ kind, spec, metadata: { annotations } }) {
  const prefix = 'stakeholders.dev/';
  const owners = [spec.owner, annotations[`${prefix}product-owner`]].filter(Boolean).map(ref => [ref, ['user', 'group']]);
  const groups = [spec.parent, ...(spec.children ?? []), annotations[`${prefix}customers`], annotations[`${prefix}end-users`], annotations[`${prefix}development-team`]];
  assert.ok(kind !== 'System' || owners.length > 0, 'the System has no owner');
  return [...owners, ...groups.filter(Boolean).map(ref => [ref, ['group']])];
}

const folders = readdirSync(testdata, { withFileTypes: true })
  .map(entry => entry.name)
  .filter(name => existsSync(new URL(`${name}/catalog-info.yaml`, testdata)));

test('there are golden files', () => {
  assert.ok(folders.length >= 5, `found only ${folders}`);
});

for (const folder of folders) {
  test(`Backstage takes ${folder}`, async () => {
    const entities = entitiesOf(folder);
    const there = new Set(entities.map(entity => stringifyEntityRef(entity)));
    assert.equal(there.size, entities.length, 'two entities are one for Backstage');
    assert.equal(entities.filter(entity => entity.kind === 'System').length, 1);
    for (const entity of entities) {
      await judge(entity);
      for (const [ref, allowed] of references(entity)) {
        const parsed = parseEntityRef(ref, { defaultNamespace: getCompoundEntityRef(entity).namespace });
        assert.ok(allowed.includes(parsed.kind.toLowerCase()), `${ref} is no ${allowed}`);
        assert.ok(there.has(stringifyEntityRef(parsed)), `${ref} is not there`);
      }
    }
  });
}

// Entities that Backstage refuses, to show that this test notices them.
for (const [reason, change] of Object.entries({
  'a name with a slash': entity => { entity.metadata.name = 'a/b'; },
  'a name of 64 characters': entity => { entity.metadata.name = 'a'.repeat(64); },
  'a namespace with a dot': entity => { entity.metadata.namespace = 'a.b'; },
  'an empty title': entity => { entity.metadata.title = ''; },
  'an annotation that is no text': entity => { entity.metadata.annotations.x = true; },
  'an annotation without a name': entity => { entity.metadata.annotations['stakeholders.dev/'] = 'a'; },
  'no owner': entity => { delete entity.spec.owner; },
  'a field of its own': entity => { entity.stakeholders = []; },
  'another version': entity => { entity.apiVersion = 'backstage.io/v9'; },
})) {
  test(`Backstage refuses ${reason}`, async () => {
    const [system] = entitiesOf('b2b');
    assert.equal(system.kind, 'System');
    change(system);
    await assert.rejects(judge(system));
  });
}
