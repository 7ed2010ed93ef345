import { dictionary } from "@xianmai/plugin-api";

/** Fields of projects (项目领域). These are a beginning: from the first start on, the list belongs to the county. */
export const projectField = dictionary(
  "project-field",
  { zh: "项目领域", en: "Field of projects" },
  {
    "new-energy": { zh: "新能源", en: "New energy" },
    "culture-tourism": { zh: "文化旅游", en: "Culture and tourism" },
    "modern-agriculture": { zh: "现代农业", en: "Modern agriculture" },
    equipment: { zh: "装备制造", en: "Equipment manufacturing" },
    "new-materials": { zh: "新型材料", en: "New materials" },
    infrastructure: { zh: "基础设施", en: "Infrastructure" },
    livelihood: { zh: "社会民生", en: "Livelihood" },
    ecology: { zh: "生态环保", en: "Ecology" },
    "trade-logistics": { zh: "商贸物流", en: "Trade and logistics" },
    "digital-economy": { zh: "数字经济", en: "Digital economy" },
  },
);
