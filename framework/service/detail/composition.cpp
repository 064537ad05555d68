#include <algorithm>
#include <candela/config/error.hpp>
#include <candela/config/merge.hpp>
#include <candela/service/detail/composition.hpp>

namespace candela::detail {

namespace {

stage_use read_use(const config::node& item) {
  const config::node::named named = item.as_named();
  stage_use use(named.name, named.options);
  use.mentioned = item;
  return use;
}

std::vector<stage_use> read_chain(const config::node& list) {
  std::vector<stage_use> chain;
  for (const config::node& item : list.items()) chain.push_back(read_use(item));
  return chain;
}

struct method_key {
  std::string_view key;
  http::method method;
};
constexpr method_key method_keys[] = {{"get", http::method::get},     {"head", http::method::head},
                                      {"post", http::method::post},   {"put", http::method::put},
                                      {"patch", http::method::patch}, {"delete", http::method::delete_}};

// What the file leaves out stays as code has it.
void read_options(config::reader& from, route_options& to) {
  using std::chrono::milliseconds;
  to.chain = from.string("chain", to.chain);
  to.body =
      from.choose<body_mode>("body", {{"buffered", body_mode::buffered}, {"streamed", body_mode::streamed}}, to.body);
  to.scopes = from.strings("scopes", to.scopes);
  to.max_body_bytes = from.size("max_body", to.max_body_bytes);
  to.max_expansion_bytes = from.size("max_expansion", to.max_expansion_bytes);
  to.deadline = std::chrono::duration_cast<milliseconds>(from.duration("deadline", to.deadline));
}

// Of a route that lacks something. A misspelt key is the likeliest reason, so everything else is asked for first.
[[noreturn]] void refuse_route(config::reader& from, const std::string& why) {
  route_options unused;
  read_options(from, unused);
  static_cast<void>(from.get("handler"));
  from.finish();
  from.map().fail(why);
}

// `path: /x` with `method: GET`, or both in one: `get: /x`.
std::string read_pattern(config::reader& from, std::vector<http::method>& methods) {
  std::string pattern = from.string("path", "");
  std::string_view key = pattern.empty() ? "" : "path";
  for (const method_key& each : method_keys) {
    if (!from.has(each.key)) continue;
    if (!pattern.empty()) from.get(each.key).fail("the route's path is given already, by " + std::string(key));
    pattern = from.string(each.key);
    key = each.key;
    methods = {each.method};
  }
  if (key.empty() && !from.has("path")) refuse_route(from, "a route needs a path, as in get: /x or path: /x");
  if (pattern.empty() || pattern.front() != '/')
    from.get(key.empty() ? "path" : key).unexpected("a path that begins with a slash");
  return pattern;
}

http::method read_method(const config::node& from) {
  const http::method method = http::method_of(from.as_string());
  if (method == http::method::other || method == http::method::connect) {
    from.unexpected("GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH or TRACE");
  }
  return method;
}

std::vector<http::method> read_methods(config::reader& from) {
  std::vector<http::method> methods;
  for (const std::string_view key : {"method", "methods"}) {
    const config::node value = from.get(key);
    const bool one = value.kind() == config::node_kind::scalar;
    for (const config::node& each : one ? std::vector{value} : value.items()) methods.push_back(read_method(each));
  }
  return methods;
}

std::string listed(const std::vector<http::method>& methods) {
  std::string text;
  for (const http::method each : methods) text += (text.empty() ? "" : ", ") + std::string(name_of(each));
  return text;
}

// One item of `routes`: overrides what code declares on its path, or adds to it.
class file_route {
 public:
  file_route(const config::node& item, std::vector<planned_route>& routes)
      : item_(item), from_(item), routes_(routes), methods_(read_methods(from_)) {
    pattern_ = read_pattern(from_, methods_);
    if (from_.has("handler")) handler_ = from_.get("handler").as_named();
  }

  void lay_over() {
    if (methods_.empty()) methods_ = declared_methods();
    for (const http::method method : methods_) apply(method);
    from_.finish();
  }

 private:
  [[noreturn]] void refuse_without_handler(const std::string& at) const {
    config::reader from = from_;
    refuse_route(from, "no handler is named, and the program declares no route " + at + pattern_);
  }

  [[nodiscard]] std::vector<http::method> declared_methods() {
    std::vector<http::method> methods;
    for (const planned_route& each : routes_) {
      if (each.pattern == pattern_) methods.push_back(each.method);
    }
    if (!methods.empty()) return methods;
    if (handler_.name.empty()) refuse_without_handler("at ");
    return {http::method::get};
  }

  [[nodiscard]] planned_route& find_or_add(http::method method) {
    const auto found = std::ranges::find_if(
        routes_, [&](const planned_route& each) { return each.method == method && each.pattern == pattern_; });
    if (found != routes_.end()) return *found;
    if (handler_.name.empty()) refuse_without_handler(listed({method}) + ' ');
    planned_route& added = routes_.emplace_back();
    added.method = method;
    added.pattern = pattern_;
    return added;
  }

  void apply(http::method method) {
    planned_route& planned = find_or_add(method);
    if (planned.mentioned.where().line != 0) {
      item_.fail("the route " + listed({method}) + " " + pattern_ + " was given already, at " +
                 config::to_string(planned.mentioned.where()));
    }
    planned.mentioned = item_;
    read_options(from_, planned.options);
    if (handler_.name.empty()) return;
    planned.handler_name = handler_.name;
    planned.handler_options = handler_.options;
    planned.answer = {};
  }

  config::node item_;
  config::reader from_;
  std::vector<planned_route>& routes_;
  std::string pattern_;
  std::vector<http::method> methods_;
  config::node::named handler_;
};

void apply(const overrides& line, server_settings& to) {
  if (line.host) to.host = *line.host;
  if (line.port) to.port = *line.port;
  if (line.workers) to.workers = *line.workers;
  if (!line.tls) return;
  if (!to.tls) to.tls.emplace();
  to.tls_section = {};
  to.tls->certificate_file = line.tls->first;
  to.tls->key_file = line.tls->second;
}

void read_handlers(config::reader& root, composition& to) {
  for (const config::node::member& each : root.members("handlers")) {
    to.configured.emplace(each.key, read_use(each.value));
  }
}

}  // namespace

composition compose(const declarations& code, const config::node& file, const overrides& line) {
  config::reader root(code.database ? config::merge(config::node::map({{"db", *code.database}}), file) : file);
  composition made;
  made.server = read_server(root.section("server"));
  made.log = read_log(root.section("log"));
  made.database = read_database(root, line.database);
  made.store = read_store(root);
  made.revocations = read_revocations(root, made.store);
  made.entry = root.has("entry") ? read_chain(root.get("entry")) : code.entry.value_or(std::vector<stage_use>());
  made.chains = code.chains;
  for (const config::node::member& each : root.members("chains")) {
    made.chains.insert_or_assign(each.key, read_chain(each.value));
  }
  made.routes = code.routes;
  for (const config::node& item : root.list("routes")) file_route(item, made.routes).lay_over();
  made.named = code.handlers;
  read_handlers(root, made);
  for (const config::node& each : root.list("plugins")) made.plugins.push_back(each.as_path().string());
  root.finish();
  apply(line, made.server);
  return made;
}

}  // namespace candela::detail
