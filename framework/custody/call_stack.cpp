#include <candela/custody/call_stack.hpp>
#include <candela/json/writer.hpp>
#include <ranges>

namespace candela::custody {

std::string_view write_act(const call_stack& of, arena& memory) {
  json::output out(memory);
  json::writer json(out);
  bool inner = false;
  for (const chain_link& each : of.links | std::views::reverse) {
    if (std::exchange(inner, true)) json.key("act");
    json.begin_object().member("sub", each.said.iss);
  }
  for (std::size_t i = 0; i != of.links.size(); ++i) json.end_object();
  return out.text();
}

}  // namespace candela::custody
