/** What a first visitor finds in the editor: one query to run, and one subscription to leave open. */
export const welcome = `# 县脉 Xianmai · GraphQL
#
# Ctrl-Enter 运行，Ctrl-Space 补全，左上角是文档。
# Ctrl-Enter runs, Ctrl-Space completes,
# the documentation is at the upper left.

query Projects {
  projects(first: 10, orderBy: [{ totalInvestment: DESC }]) {
    totalCount
    nodes {
      code
      name
      stage
      totalInvestment
      township {
        name
      }
    }
  }
}

subscription ProjectStarted {
  projectStarted {
    cursor
    at
    project {
      code
      name
    }
  }
}
`;
