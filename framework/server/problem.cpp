#include <candela/http/status.hpp>
#include <candela/json/writer.hpp>
#include <candela/server/problem.hpp>

namespace candela {

std::string_view problem::render(arena& memory, std::string_view correlation_id) const {
  json::output out(memory);
  json::writer json(out);
  json.begin_object();
  json.key("type").raw("\"urn:candela:problem:");
  // The code is static text of our own, free of anything that JSON would escape.
  out.overwrite(out.size() - 1, ':');
  out.append(code_);
  out.append('"');
  json.member("title", http::reason_of(status_)).member("status", status_).member("code", code_);
  if (!detail_.empty()) json.member("detail", detail_.text());
  if (!pointer_.empty()) json.member("pointer", pointer_);
  if (!correlation_id.empty()) json.member("correlation_id", correlation_id);
  json.end_object();
  return out.text();
}

}  // namespace candela
