#include <algorithm>
#include <array>
#include <candela/command/detail/call_tree.hpp>
#include <cstdio>
#include <memory>

namespace candela::command {

namespace {

// A service at its place in the tree, and what it decided there.
struct node {
  std::string name;
  std::vector<const shown_request*> decided;
  std::vector<std::unique_ptr<node>> called;
};

node& child_of(node& parent, const std::string& name) {
  const auto found = std::ranges::find(parent.called, name, [](const auto& each) { return each->name; });
  if (found != parent.called.end()) return **found;
  parent.called.push_back(std::make_unique<node>(name));
  return *parent.called.back();
}

std::string user_of(const shown_request& request) {
  if (request.user.empty() && request.client.empty()) return "somebody unknown";
  std::string text = request.user.empty() ? "nobody" : request.user;
  if (!request.issuer.empty()) text += " (" + request.issuer + ")";
  if (!request.client.empty()) text += ", client " + request.client;
  return text;
}

// The root of a chain knows the user as the others do, but not always by the same words about him.
node& root_of(node& all, const shown_request& request) {
  const auto is_same = [&](const auto& each) {
    const shown_request* first = each->decided.empty() ? nullptr : each->decided.front();
    return first != nullptr && !request.user.empty() && first->user == request.user;
  };
  const auto found = std::ranges::find_if(all.called, is_same);
  node& root = found != all.called.end() ? **found : child_of(all, user_of(request));
  root.decided.push_back(&request);
  return root;
}

void add(node& all, const shown_request& request) {
  node* at = &root_of(all, request);
  for (const shown_hop& each : request.via) at = &child_of(*at, each.from);
  const std::string& own = !request.service.empty() || request.via.empty() ? request.service : request.via.back().to;
  child_of(*at, own.empty() ? "a service" : own).decided.push_back(&request);
}

std::string milliseconds(std::uint64_t microseconds) {
  std::array<char, 32> text;
  std::snprintf(text.data(), text.size(), "%.1f ms", static_cast<double>(microseconds) / 1000);
  return text.data();
}

std::string decision(const shown_request& request) {
  const std::string& what = request.route.starts_with('/') ? request.route : request.target;
  std::string text = "  " + request.method + (request.method.empty() ? "" : " ") + what + "  ";
  if (request.status != 0) text += std::to_string(request.status) + ' ';
  text += request.outcome;
  if (!request.code.empty()) text += ": " + request.code;
  return text + "  " + milliseconds(request.us) + "  " + request.at;
}

void draw(std::string& out, const node& from, const std::string& indent) {
  for (std::size_t i = 0; i != from.called.size(); ++i) {
    const node& each = *from.called[i];
    const bool is_last = i + 1 == from.called.size();
    const std::string deeper = indent + (is_last ? "   " : "│  ");
    out += indent + (is_last ? "└─ " : "├─ ") + printable(each.name);
    if (each.decided.empty()) out += "  (no record here)";
    for (std::size_t k = 0; k != each.decided.size(); ++k) {
      // The same service again, at the same place.
      if (k != 0) out += '\n' + deeper.substr(0, deeper.size() - 3) + (is_last ? "   " : "│  ") + printable(each.name);
      out += printable(decision(*each.decided[k]));
    }
    out += '\n';
    draw(out, each, deeper);
  }
}

}  // namespace

std::string draw_calls(std::span<const shown_request> requests) {
  node all;
  for (const shown_request& each : requests) add(all, each);
  std::string out;
  for (const auto& user : all.called) {
    out += printable(user->name) + '\n';
    draw(out, *user, "");
  }
  return out;
}

}  // namespace candela::command
