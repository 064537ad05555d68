#include <algorithm>
#include <candela/core/build_id.hpp>
#include <candela/service/detail/banner.hpp>

namespace candela::detail {

namespace {

bool is_any(const net::address& where) {
  return std::ranges::all_of(where.bytes(), [](unsigned char byte) { return byte == 0; });
}

void pad(std::string& line, std::size_t width) {
  if (line.size() < width) line.append(width - line.size(), ' ');
}

std::string stages_of(const route& shown) {
  std::string names;
  for (const stage_hooks& each : shown.stages) {
    // An empty place is that of a stage which has declined the route.
    if (each.instance != nullptr) names.append(names.empty() ? "" : " > ").append(each.name);
  }
  return names;
}

std::string route_line(const route& shown, std::size_t pattern_width) {
  std::string line = "  ";
  line += name_of(shown.method);
  pad(line, 10);
  line += shown.pattern;
  const std::string stages = stages_of(shown);
  if (stages.empty()) return line + '\n';
  pad(line, 12 + pattern_width);
  return line + stages + '\n';
}

}  // namespace

std::string url_of(const net::address& where, bool tls) {
  std::string host = where.host();
  if (is_any(where)) {
    host = "127.0.0.1";
  } else if (where.is_v6()) {
    host = "[" + host + "]";
  }
  return (tls ? "https://" : "http://") + host + ":" + std::to_string(where.port());
}

std::string title(std::string_view name, std::string_view version) {
  std::string text(name);
  if (!version.empty()) text.append(" ").append(version);
  return text + " on " + std::string(build_id().substr(0, build_id().find(" headers")));
}

std::string banner(std::string_view name, std::string_view version, std::span<const std::string> urls, unsigned workers,
                   const generation& serving) {
  std::string text =
      title(name, version) + ", " + std::to_string(workers) + (workers == 1 ? " worker\n" : " workers\n");
  for (const std::string& url : urls) text += "listening on " + url + '\n';
  return text + route_list(serving);
}

std::string route_list(const generation& serving) {
  std::string text;
  std::size_t width = 0;
  for (const auto& entry : serving.router().entries()) width = std::max(width, entry->pattern.size());
  for (const auto& entry : serving.router().entries()) {
    for (const route* each : entry->by_method) {
      if (each != nullptr) text += route_line(*each, width);
    }
  }
  return text;
}

}  // namespace candela::detail
