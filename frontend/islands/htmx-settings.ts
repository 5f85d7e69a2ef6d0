// What htmx has to know before it starts; it reads this once, when it is imported.

const settings = document.createElement("meta")
settings.name = "htmx-config"
// The style sheets of the product have what is needed. What a reader has opened stays open when its part of the page is
// fetched again.
settings.content = JSON.stringify({ includeIndicatorCSS: false, morphIgnore: ["data-htmx-powered", "open"] })
document.head.append(settings)
