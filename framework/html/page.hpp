// Pages from templates that are read when the program is compiled: Mustache's tags for values and sections.
//
// A library that reads templates at run time looks every name up in a dictionary that each request builds anew:
// ctemplate takes 24 µs for the thirteen rows of the TechEmpower page, more than all else that such a request costs.
// Here names become members of structs, a page becomes a row of appends, and a misspelt name does not compile.
#pragma once

#include <candela/html/escape.hpp>
#include <candela/html/page_parts.hpp>
#include <candela/json/describe.hpp>
#include <candela/json/writer.hpp>
#include <concepts>
#include <cstddef>
#include <ranges>
#include <string_view>

namespace candela::html {

/// A template as a type:
///
///     using list = html::page<"<ul>{{#items}}<li>{{name}}: {{count}}</li>{{/items}}</ul>">;
///     x.response().content_type("text/html; charset=utf-8").body(list::text(data, x.arena()));
///
/// `{{name}}` is a member of the described struct at hand (see CANDELA_DESCRIBE): text, which is always escaped, or a
/// number; an empty optional is nothing. `{{#name}} ... {{/name}}` is repeated for each element of a range of described
/// structs, whose members the tags inside mean; with a `bool` it is there or not. Spaces and line ends stay as they
/// are.
template <page_text Text>
class page {
 public:
  template <json::described Data>
  static void render(json::output& out, const Data& data) {
    render_parts<0, parts.count>(out, data);
  }

  /// The page in `memory`; valid as long as the arena's content.
  template <json::described Data>
  [[nodiscard]] static std::string_view text(const Data& data, arena& memory) {
    json::output out(memory);
    render(out, data);
    return out.text();
  }

 private:
  static constexpr auto parts = read_parts<Text>();

  template <std::size_t From, std::size_t To, class Data>
  static void render_parts(json::output& out, const Data& data) {
    if constexpr (From != To) {
      constexpr page_part at = parts.all[From];
      if constexpr (at.what == page_part::kind::literal) {
        out.append(std::string_view(Text.bytes + at.begin, at.size));
        render_parts<From + 1, To>(out, data);
      } else if constexpr (at.what == page_part::kind::value) {
        visit<From>(data, json::description_of<Data>(), [&](const auto& member) { write(out, member); });
        render_parts<From + 1, To>(out, data);
      } else {
        visit<From>(data, json::description_of<Data>(),
                    [&](const auto& member) { render_section<From + 1, at.end>(out, data, member); });
        render_parts<at.end, To>(out, data);
      }
    }
  }

  template <std::size_t From, std::size_t To, class Data, class Member>
  static void render_section(json::output& out, const Data& data, const Member& member) {
    if constexpr (std::same_as<Member, bool>) {
      if (member) render_parts<From, To>(out, data);
    } else {
      static_assert(std::ranges::input_range<const Member>, "a section is a range or a bool");
      for (const auto& element : member) render_parts<From, To>(out, element);
    }
  }

  // Calls `use` with the member that the part names.
  template <std::size_t Part, class Data, class Use, class... Members>
  static void visit(const Data& data, json::description<Data, Members...>, const Use& use) {
    constexpr std::string_view name(Text.bytes + parts.all[Part].begin, parts.all[Part].size);
    static_assert(((Members::name == name) || ...), "the template names a member that the struct does not have");
    const auto visit_if_named = [&]<class Member>() {
      if constexpr (Member::name == name) use(data.*Member::pointer);
    };
    (visit_if_named.template operator()<Members>(), ...);
  }

  template <class Value>
  static void write(json::output& out, const Value& value) {
    if constexpr (json::is_optional<Value>) {
      if (value) write(out, *value);
    } else if constexpr (std::convertible_to<const Value&, std::string_view>) {
      write_escaped(out, value);
    } else {
      static_assert((std::integral<Value> || std::floating_point<Value>) && !std::same_as<Value, bool>,
                    "a value is text or a number");
      json::write(out, value);
    }
  }
};

}  // namespace candela::html
