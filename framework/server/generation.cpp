#include <algorithm>
#include <candela/server/exchange.hpp>
#include <candela/server/generation.hpp>
#include <limits>
#include <stdexcept>

namespace candela {

namespace {

void answer_options(exchange& x) { x.response().status(204).header_unchecked(http::header::allow, x.route().allow); }

void answer_not_allowed(exchange& x) {
  x.fail(problem(405, "method_not_allowed", "This resource does not support the request's method."));
  x.response().header_unchecked(http::header::allow, x.route().allow);
}

void answer_not_found(exchange& x) { x.fail(problem(404, "not_found", "There is no resource at this path.")); }

void answer_not_implemented(exchange& x) {
  x.fail(problem(501, "method_not_implemented", "No resource here supports the request's method."));
}

void answer_malformed(exchange& x) { x.fail(problem(400, "malformed_request")); }

}  // namespace

void generation::set_entry(std::vector<const stage_instance*> entry) {
  entry_ = std::move(entry);
  entry_rewrites_ =
      std::ranges::any_of(entry_, [](const stage_instance* each) { return each->hooks().rewrites_target; });
}

std::vector<stage_hooks> generation::entry_for(const route& asked) const {
  std::vector<stage_hooks> hooks;
  for (const stage_instance* each : entry_) {
    const bool joins = entry_rewrites_ || each->applies_to(asked);
    hooks.push_back(joins ? each->hooks() : stage_hooks{.name = each->hooks().name});
  }
  return hooks;
}

void generation::add(std::unique_ptr<route> made) {
  candela::router::path_entry& entry = router_.at(made->pattern);
  const route*& place = entry.by_method[static_cast<std::size_t>(made->method)];
  if (place != nullptr) {
    throw std::invalid_argument("route " + std::string(name_of(made->method)) + " " + made->pattern +
                                " is declared twice");
  }
  made->parameters = entry.parameters;
  place = made.get();
  routes_.push_back(std::move(made));
}

route* generation::own_route(std::string_view name, handler answer) {
  auto made = std::make_unique<route>();
  made->pattern = name;
  made->handler = std::move(answer);
  made->options.body = body_mode::unread;
  made->options.max_body_bytes = std::numeric_limits<std::size_t>::max();
  route* result = made.get();
  routes_.push_back(std::move(made));
  return result;
}

route* generation::path_route(const candela::router::path_entry& entry, handler answer, std::string_view allow) {
  route* made = own_route(entry.pattern, std::move(answer));
  made->allow = allow;
  made->parameters = entry.parameters;
  return made;
}

void generation::freeze() {
  const auto declared = static_cast<std::ptrdiff_t>(routes_.size());
  for (const auto& entry : router_.entries()) {
    const std::string allow = entry->allow();
    for (const route* each : entry->by_method) {
      if (each != nullptr) const_cast<route*>(each)->allow = allow;
    }
    // Both are known by their pattern, so that metrics and logs tell what was meant.
    entry->not_allowed = path_route(*entry, answer_not_allowed, allow);
    entry->options = path_route(*entry, answer_options, allow);
    const_cast<route*>(entry->options)->method = http::method::options;
    const_cast<route*>(entry->not_allowed)->method = http::method::other;
  }
  not_found_ = own_route("not found", answer_not_found);
  malformed_ = own_route("malformed", answer_malformed);
  not_implemented_ = own_route("not implemented", answer_not_implemented);
  route* options = own_route("server options", answer_options);
  options->allow = "GET, HEAD, POST, PUT, DELETE, OPTIONS, PATCH";
  server_options_ = options;
  std::for_each(routes_.begin() + declared, routes_.end(), [this](auto& own) { own->stages = entry_for(*own); });
  number_routes();
}

void generation::number_routes() {
  std::uint32_t id = 0;
  bool some_suspend = false;
  for (const auto& each : routes_) {
    each->id = id++;
    each->entry_stages = entry_.size();
    each->freeze();
    some_suspend = some_suspend || each->may_suspend || each->asks_stages;
  }
  // Where such a stage may send a request anywhere, each is pinned for the worst of it.
  if (!some_suspend || !entry_rewrites_) return;
  for (const auto& each : routes_) each->may_suspend = true;
}

}  // namespace candela
