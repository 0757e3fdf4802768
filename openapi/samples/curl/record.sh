# Sourced by main.sh.

# sample listEvents
page=$(curl --fail-with-body -sS "$LOX_URL/v1/events?created_after=2024-01-15&limit=100" \
  -H "Authorization: Bearer $LOX_API_KEY")
jq -r '.events[] | "\(.timestamp) \(.type) \(.subject.id) \(.actor.id)"' <<<"$page"
jq -r .next_cursor <<<"$page" # the cursor of the next page, or null on the last one
# end sample

event_id=$(jq -r '.events[0].id' <<<"$page")

# sample getEvent
curl --fail-with-body -sS "$LOX_URL/v1/events/$event_id" \
  -H "Authorization: Bearer $LOX_API_KEY"
# end sample
