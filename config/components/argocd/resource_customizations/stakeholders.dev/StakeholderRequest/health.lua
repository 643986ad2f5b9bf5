-- Healthy if the answer is yes and what it opens is open, Degraded if it is no or there is none in time, Suspended if it is put
-- off, and Progressing until then. So a sync that has a request as a hook waits for the answer.
local generation = obj.metadata.generation
local status = obj.status
local waiting = {status = "Progressing", message = "Waiting for stakeholder-operator to look at this generation"}

if obj.metadata.deletionTimestamp ~= nil then
  return {status = "Progressing", message = "Being deleted"}
end
-- A status that is about an earlier generation says nothing about this one.
if status == nil or status.outcome == nil or status.observedGeneration ~= generation then
  return waiting
end

-- The condition of this type, if it is about this generation.
local function find(kind)
  if status.conditions ~= nil then
    for _, condition in ipairs(status.conditions) do
      if condition.type == kind and condition.observedGeneration == generation then
        return condition
      end
    end
  end
  return nil
end

local function with(text, condition)
  if condition ~= nil and condition.message ~= nil and condition.message ~= "" then
    return text .. "; " .. condition.message
  end
  return text
end

-- The first of these parties. A map can have 98.
local function names(parties)
  local text, count = "", 0
  for _, party in ipairs(parties) do
    count = count + 1
    if count == 1 then
      text = party
    elseif count <= 5 then
      text = text .. ", " .. party
    end
  end
  if count > 5 then
    text = text .. " and " .. (count - 5) .. " more"
  end
  return text
end

if status.outcome == "Pending" then
  local text = "Pending"
  if status.to ~= nil and status.to[1] ~= nil then
    text = text .. ": " .. names(status.to) .. " asked"
  end
  local escalated = find("Escalated")
  if status.dueAt ~= nil and escalated ~= nil and escalated.status == "True" then
    text = text .. "; due since " .. status.dueAt
  elseif status.dueAt ~= nil then
    text = text .. "; due at " .. status.dueAt
  end
  local ready = find("Ready")
  -- It can no longer be decided.
  if ready ~= nil and (ready.reason == "AuthorUnverified" or ready.reason == "WithdrawalUnverified" or ready.reason == "MapReplaced") then
    return {status = "Degraded", message = with(text, ready)}
  end
  return {status = "Progressing", message = with(text, ready)}
end

if status.outcome == "Approved" then
  local approved = find("Approved")
  if approved == nil then
    return waiting
  end
  local text = "Approved"
  if status.validUntil ~= nil then
    text = text .. " until " .. status.validUntil
  end
  if approved.status == "True" then
    return {status = "Healthy", message = with(text, approved)}
  end
  -- The operator still writes what the approval opens.
  if approved.status == "Unknown" or approved.reason == "Opening" then
    return {status = "Progressing", message = with(text, approved)}
  end
  return {status = "Degraded", message = with(text, approved)}
end

-- What Ready says of an answer begins with the outcome.
local message = status.outcome
local ready = find("Ready")
if ready ~= nil and ready.message ~= nil then
  if message == "Rejected" or message == "Accepted" or message == "Declined" or message == "Deferred" then
    message = ready.message
  else
    message = with(message, ready)
  end
end
if status.outcome == "Accepted" then
  return {status = "Healthy", message = message}
end
if status.outcome == "Deferred" then
  return {status = "Suspended", message = message}
end
-- Rejected, Declined, Expired, Withdrawn. An outcome that this script does not know is no yes either.
return {status = "Degraded", message = message}
