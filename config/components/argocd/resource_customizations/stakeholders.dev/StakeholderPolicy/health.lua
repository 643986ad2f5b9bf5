-- Healthy once the condition Ready is true for this generation, Degraded with what it says once it is false, and
-- Progressing until then. Nothing here is about maps in particular: it serves every kind that has such a condition.
local progressing = {status = "Progressing", message = "Waiting for stakeholder-operator to look at this generation"}
local generation = obj.metadata.generation
local ready = nil
if obj.status ~= nil and obj.status.conditions ~= nil then
  for _, condition in ipairs(obj.status.conditions) do
    if condition.type == "Ready" then
      ready = condition
    end
  end
end

if obj.metadata.deletionTimestamp ~= nil then
  progressing.message = "Being deleted"
  -- Says what the deletion waits for.
  if ready ~= nil and ready.reason == "Deleting" then
    progressing.message = ready.message
  end
  return progressing
end

-- A status that is about an earlier generation says nothing about this one.
if ready == nil or obj.status.observedGeneration ~= generation or ready.observedGeneration ~= generation then
  return progressing
end
if ready.status == "True" then
  return {status = "Healthy", message = ready.message}
end
if ready.status == "False" then
  return {status = "Degraded", message = ready.message}
end
progressing.message = ready.message
return progressing
